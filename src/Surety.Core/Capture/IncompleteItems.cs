using Surety.Core.Postgres.Catalog;
using Surety.Repository.Manifests;

namespace Surety.Core.Capture;

/// <summary>Names what a role cannot read: said by <c>doctor</c> beforehand and by every backup, never passed over.</summary>
internal static class IncompleteItems
{
    public static IEnumerable<IncompleteItem> Of(IEnumerable<Relation> relations) =>
        relations.Select(Of).OfType<IncompleteItem>();

    public static IEnumerable<IncompleteItem> Of(IEnumerable<Sequence> sequences, string role) =>
        sequences
            .Where(s => !s.Selectable)
            .Select(s => new IncompleteItem("sequence", s.Name.ToString(), $"role {role} has no SELECT on it"));

    public static IEnumerable<IncompleteItem> Of(IEnumerable<LargeObject> objects, string role) =>
        objects
            .Where(o => !o.Readable)
            .Select(o => new IncompleteItem("large object", $"{o.Oid}", $"role {role} has no SELECT on it"));

    private static IncompleteItem? Of(Relation relation) =>
        relation switch
        {
            { Kind: RelationKind.Foreign } => Item(relation, "foreign table rows", "the rows are on another server"),
            { Kind: RelationKind.Table, Unreadable: { } why, HasPrivileges: false } => Item(relation, "table", why),
            { Kind: RelationKind.Table, Unreadable: { } why } => Item(relation, "table rows", why),
            { Kind: RelationKind.Partitioned, Unreadable: { } why, HasPrivileges: false } => Item(
                relation,
                "partitioned table",
                why
            ),
            _ => null,
        };

    private static IncompleteItem Item(Relation relation, string kind, string reason) =>
        new(kind, relation.Name.ToString(), reason);
}
