using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Scan;
using Surety.Repository.Manifests;

namespace Surety.Core.Compare;

/// <summary>Compares large objects: which there are, and the bytes of all together.</summary>
internal sealed class LargeObjectComparison
{
    private readonly LargeObjectsEntry backup;
    private readonly IReadOnlyList<LargeObject> present;

    private LargeObjectComparison(LargeObjectsEntry backup, IReadOnlyList<LargeObject> present) =>
        (this.backup, this.present) = (backup, present);

    public static async Task<LargeObjectComparison> ListAsync(
        BackupContents backup,
        LockedSnapshot snapshot,
        CancellationToken cancellationToken
    ) =>
        new(
            backup.LargeObjects,
            backup.Schema.OnlySchemas.Count == 0 ? await snapshot.Catalog.ReadLargeObjectsAsync(cancellationToken) : []
        );

    /// <summary>What to read, where there is anything.</summary>
    public IEnumerable<ScanTable> ToScan() =>
        present.Any(o => o.Readable)
            ? [ScanTable.LargeObjects(present.Where(o => !o.Readable).Select(o => o.Oid).ToList())]
            : [];

    /// <summary>Null where neither side has any.</summary>
    public LargeObjectsComparison? Compare(ScannedTable<DigestOnly>? pages)
    {
        if (backup.Objects.Count == 0 && present.Count == 0)
        {
            return null;
        }

        var content = ContentDifference(pages);
        var reason =
            content.Length > 0 ? content
            : !Descriptions(backup).SetEquals(Descriptions(present)) ? "owners, grants or comments differ"
            : "";
        return new LargeObjectsComparison(
            reason.Length == 0 ? ComparisonStatus.Exact : ComparisonStatus.Mismatch,
            backup.Objects.Count,
            present.Count,
            reason,
            SameContent: content.Length == 0
        );
    }

    private string ContentDifference(ScannedTable<DigestOnly>? pages)
    {
        var kept = backup.Objects.Select(o => o.Oid).ToHashSet();
        var missing = kept.Except(present.Select(o => o.Oid)).Count();
        var extra = present.Count(o => !kept.Contains(o.Oid));
        return missing + extra > 0 ? $"{missing} missing, {extra} more than the backup"
            : present.Any(o => !o.Readable) ? "some cannot be read by this role"
            : (pages?.Receipt ?? Receipt.Empty) != backup.Receipt ? "their content differs"
            : "";
    }

    /// <summary>What tells whether two large objects are the same but for their content.</summary>
    internal static (uint, string, string, string?) Describe(LargeObjectEntry entry) =>
        (entry.Oid, entry.Owner, Grants(entry.Acl), entry.Comment);

    private static HashSet<(uint, string, string, string?)> Descriptions(LargeObjectsEntry entry) =>
        [.. entry.Objects.Select(Describe)];

    private static HashSet<(uint, string, string, string?)> Descriptions(IEnumerable<LargeObject> objects) =>
        [.. objects.Select(o => (o.Oid, o.Owner, Grants(o.Acl), o.Comment))];

    // In any order. A restore grants as the owner what somebody else may have granted: the part behind the slash.
    private static string Grants(string? acl) =>
        acl is null ? "" : string.Join(',', acl.Trim('{', '}').Split(',').Select(g => g.Split('/')[0]).Order());
}
