using System.Text.RegularExpressions;

namespace Surety.Core.Postgres.Schema;

/// <summary>A definition that two schemas do not share.</summary>
/// <param name="Definition">For people: <c>INDEX public.orders_by_day</c>.</param>
/// <param name="Change"><c>missing</c> and <c>extra</c> are said of the database, compared with the backup.</param>
public sealed record SchemaDifference(string Definition, SchemaChange Change)
{
    /// <summary>The statements of the backup, or null where it has none.</summary>
    public string? BackupSql { get; init; }

    /// <summary>The statements of the database, or null where it has none.</summary>
    public string? DatabaseSql { get; init; }
}

public enum SchemaChange
{
    Missing,
    Extra,
    Changed,
}

/// <summary>Compares two schemas as sets of definitions.</summary>
internal static partial class SchemaDifferences
{
    public static IReadOnlyList<SchemaDifference> Between(SchemaText backup, SchemaText database)
    {
        var kept = Group(backup);
        var present = Group(database);
        var missing = kept.Keys.Except(present.Keys).Select(header => Difference(header, SchemaChange.Missing));
        var extra = present.Keys.Except(kept.Keys).Select(header => Difference(header, SchemaChange.Extra));
        var changed = kept.Where(d => present.TryGetValue(d.Key, out var sql) && sql != d.Value)
            .Select(d => Difference(d.Key, SchemaChange.Changed));
        return [.. missing, .. extra, .. changed];

        SchemaDifference Difference(string header, SchemaChange change) =>
            new(SchemaText.Describe(header), change)
            {
                BackupSql = kept.GetValueOrDefault(header),
                DatabaseSql = present.GetValueOrDefault(header),
            };
    }

    // Several definitions can have one header (the rules of a view, grants): together they are one. The header's owner is
    // left out: where it matters, a statement sets it.
    private static Dictionary<string, string> Group(SchemaText schema) =>
        schema
            .Definitions.GroupBy(d => Owner().Replace(d.Header, ""), StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => string.Join('\n', g.Select(d => d.Sql).Order(StringComparer.Ordinal)),
                StringComparer.Ordinal
            );

    [GeneratedRegex("(?<=; Owner: ).*?(?=; Tablespace: |$)")]
    private static partial Regex Owner();
}
