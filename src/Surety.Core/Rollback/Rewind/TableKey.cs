using Surety.Core.Compare.Differences;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;

namespace Surety.Core.Rollback.Rewind;

/// <summary>The primary key of a table.</summary>
/// <param name="Columns">In its order.</param>
/// <param name="Operators">For each the operator that its index takes for equality, qualified.</param>
internal sealed record TableKey(IReadOnlyList<string> Columns, IReadOnlyList<string> Operators)
{
    /// <summary>The keys of those tables that have one.</summary>
    public static async Task<Dictionary<QualifiedName, TableKey>> ReadAsync(
        CatalogReader catalog,
        IReadOnlyList<TableGroup> tables,
        CancellationToken cancellationToken
    )
    {
        var rows = await catalog.QueryAsync(
            SqlFile.Read("table-keys"),
            r => (Table: r.GetInt32(0), new TableKey(r.GetFieldValue<string[]>(1), r.GetFieldValue<string[]>(2))),
            cancellationToken,
            tables.Select(t => t.Name.Schema).ToArray(),
            tables.Select(t => t.Name.Name).ToArray()
        );
        return rows.ToDictionary(row => tables[row.Table].Name, row => row.Item2);
    }

    /// <summary>The condition that two rows have the same key.</summary>
    public string Equality(string left, string right) =>
        string.Join(
            " AND ",
            Columns.Zip(Operators, (c, o) => $"{left}.{SqlText.Identifier(c)} {o} {right}.{SqlText.Identifier(c)}")
        );
}
