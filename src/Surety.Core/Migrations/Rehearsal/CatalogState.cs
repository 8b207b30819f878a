using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>What PostgreSQL identifies an object by, whatever it is called: catalog, row, column.</summary>
internal readonly record struct CatalogKey(uint Class, uint Object, int Sub);

/// <summary>One object of the catalog.</summary>
/// <param name="Parent">The relation or type that it is part of and goes along with; 0 for none.</param>
/// <param name="Name">For people, qualified.</param>
/// <param name="Definition">A JSON object of what is said of it.</param>
/// <param name="File">Changes where its rows are written anew or truncated; 0 where it has none.</param>
internal sealed record CatalogObject(
    CatalogKey Key,
    string Kind,
    uint Parent,
    string Name,
    string Definition,
    uint File
);

/// <summary>The catalog at one moment, as one session sees it, uncommitted changes included.</summary>
internal sealed class CatalogState
{
    private CatalogState(IReadOnlyDictionary<CatalogKey, CatalogObject> objects) => Objects = objects;

    public IReadOnlyDictionary<CatalogKey, CatalogObject> Objects { get; }

    public static async Task<CatalogState> ReadAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var objects = await session.QueryAsync(SqlFile.Read("catalog-state"), Read, cancellationToken);
        return new CatalogState(objects.ToDictionary(o => o.Key));
    }

    /// <summary>What has become of this state.</summary>
    public CatalogChanges ChangesTo(CatalogState later)
    {
        var gone = Objects.Values.Where(o => !later.Objects.ContainsKey(o.Key)).ToList();
        var wholes = gone.Where(o => o.Key.Sub == 0).Select(o => o.Key.Object).ToHashSet();
        return new CatalogChanges(
            // What went because the whole that it is part of went is left out.
            [.. gone.Where(o => !wholes.Contains(o.Parent)).OrderBy(o => o.Name, StringComparer.Ordinal)],
            [.. later.Objects.Values.Where(o => !Objects.ContainsKey(o.Key))],
            Altered(later),
            gone
        );
    }

    private List<CatalogChange> Altered(CatalogState later)
    {
        var all = Objects
            .Values.Select(o => (Before: o, After: later.Objects.GetValueOrDefault(o.Key)))
            .Where(pair => pair.After is { } after && pair.Before != after)
            .Select(pair => new CatalogChange(pair.Before, pair.After!))
            .ToList();
        var renamed = all.Where(c => c.IsRenamed && c.Before.Key.Sub == 0).ToList();
        return [.. all.Where(c => c.IsRewritten || c.IsRedefined || !renamed.Any(c.IsRenamedWith))];
    }

    private static CatalogObject Read(NpgsqlDataReader row) =>
        new(
            new CatalogKey(row.GetFieldValue<uint>(1), row.GetFieldValue<uint>(2), row.GetInt32(3)),
            row.GetString(0),
            row.GetFieldValue<uint>(4),
            row.GetString(5),
            row.GetString(6),
            row.GetFieldValue<uint>(7)
        );
}

/// <param name="Dropped">What is gone, without the parts of what is gone.</param>
/// <param name="AllDropped">What is gone, parts and all.</param>
internal sealed record CatalogChanges(
    IReadOnlyList<CatalogObject> Dropped,
    IReadOnlyList<CatalogObject> Created,
    IReadOnlyList<CatalogChange> Altered,
    IReadOnlyList<CatalogObject> AllDropped
);

/// <summary>One object before and after.</summary>
internal sealed record CatalogChange(CatalogObject Before, CatalogObject After)
{
    public bool IsRenamed => Before.Name != After.Name;

    /// <summary>True where it is called another name only since its table or its schema is.</summary>
    public bool IsRenamedWith(CatalogChange whole) =>
        whole != this
        && (whole.Before.Key.Object == Before.Parent || whole.Before.Kind == "schema")
        && Before.Name.Replace(whole.Before.Name, whole.After.Name, StringComparison.Ordinal) == After.Name;

    public bool IsRewritten => Before.File != After.File;

    public bool IsRedefined => Before.Definition != After.Definition;
}
