using Surety.Core.Postgres;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Compare.Differences;

/// <summary>
/// What is compared as one table: mostly one, but all leaves of a partitioned table whose rows a restore may have put
/// into other leaves.
/// </summary>
internal sealed record TableGroup(QualifiedName Name, IReadOnlyList<TableEntry> Tables)
{
    public Receipt Receipt => RowComparison.Sum(Tables.Select(t => t.Receipt));

    /// <summary>Null where there are no generated columns.</summary>
    public Receipt? GeneratedReceipt =>
        Tables.Any(t => t.GeneratedReceipt is null)
            ? null
            : RowComparison.Sum(Tables.Select(t => t.GeneratedReceipt!.Value));

    public IReadOnlyList<string> Columns => Tables[0].Columns;
    public IReadOnlyList<string> GeneratedColumns => Tables[0].GeneratedColumns;

    public static Dictionary<QualifiedName, TableGroup> Of(BackupContents contents) =>
        contents
            .Tables.GroupBy(t => t.LoadThrough is { } root ? new(root.Schema, root.Name) : QualifiedName.Of(t))
            .ToDictionary(g => g.Key, g => new TableGroup(g.Key, [.. g]));

    public TableRows Rows(ObjectStore objects) =>
        TableRows.Of(Tables[0], objects) with
        {
            Name = Name.ToString(),
            Receipt = Receipt,
            Chunks = [.. Tables.SelectMany(t => t.Chunks)],
        };
}
