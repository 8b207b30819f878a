using Surety.Core.Compare.Differences;
using Surety.Core.Postgres;
using Surety.Core.Restore;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback.Rewind;

/// <summary>What of the backup is to be in the database again.</summary>
/// <param name="Tables">Single tables, or the leaves of a partitioned one that rows are loaded through.</param>
/// <param name="Sequences">With single tables: none, since the owner of a sequence is known to the database only.</param>
/// <param name="HasLargeObjects">They belong to no schema and no table.</param>
internal sealed record RewindScope(
    IReadOnlyList<TableGroup> Tables,
    IReadOnlyList<SequenceEntry> Sequences,
    bool HasLargeObjects
)
{
    public static RewindScope Of(RollbackSituation situation)
    {
        var (contents, options) = (situation.Contents, situation.Options);
        var groups = TableGroup.Of(contents).Values;
        if (options.Tables.Count > 0)
        {
            var chosen = TableSelection.Find(contents, options.Tables).ToHashSet();
            return new([.. groups.Where(g => g.Tables.Any(chosen.Contains))], [], HasLargeObjects: false);
        }

        var schemas = options.Schemas;
        return new(
            [.. groups.Where(g => schemas.Includes(g.Name.Schema))],
            [.. contents.Sequences.Where(s => schemas.Includes(s.Schema))],
            HasLargeObjects: schemas.IsAll && contents.Schema.OnlySchemas.Count == 0
        );
    }

    /// <summary>
    /// Those of the present tables that should not be there: the schemas were compared before the locks, and a person may
    /// have read the plan since. Tables whose rows the backup could not hold are left alone.
    /// </summary>
    public static IEnumerable<QualifiedName> Later(RollbackSituation situation, IEnumerable<QualifiedName> present)
    {
        var options = situation.Options;
        var known = TableGroup.Of(situation.Contents).Keys.ToHashSet();
        var incomplete = situation.Manifest.Incomplete.Select(i => i.Name).ToHashSet();
        return present.Where(name =>
            options.Tables.Count == 0
            && options.Schemas.Includes(name.Schema)
            && !known.Contains(name)
            && !incomplete.Contains(name.ToString())
        );
    }
}
