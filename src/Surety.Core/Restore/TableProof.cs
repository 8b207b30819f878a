using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Wire;
using Surety.Core.Progress;
using Surety.Core.Scan;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>Reads a table within the transaction that filled it, and requires the backup's receipt of it.</summary>
internal static class TableProof
{
    public static void Require(
        NpgsqlConnection connection,
        TableEntry table,
        QualifiedName name,
        string encoding,
        CancellationToken cancellationToken
    ) => Require($"{name}", table.Receipt, Read(connection, table, name, encoding, cancellationToken));

    /// <summary>
    /// The same of many tables. Rows that are loaded through a partitioned table may be in other leaves than they were:
    /// together the leaves must hold the same rows.
    /// </summary>
    public static void Require(
        NpgsqlConnection connection,
        IReadOnlyList<TableEntry> tables,
        string encoding,
        CancellationToken cancellationToken
    )
    {
        foreach (var group in tables.GroupBy(t => t.LoadThrough is { } root ? $"{root}" : $"{QualifiedName.Of(t)}"))
        {
            var kept = group.Aggregate(Receipt.Empty, (sum, t) => sum + t.Receipt);
            var read = group.Aggregate(
                Receipt.Empty,
                (sum, t) => sum + Read(connection, t, QualifiedName.Of(t), encoding, cancellationToken)
            );
            Require(string.Join(", ", group.Select(t => $"{QualifiedName.Of(t)}")), kept, read);
        }
    }

    /// <summary>The receipt of all large objects that there are.</summary>
    public static Receipt ReadLargeObjects(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        Read(connection, ScanTable.LargeObjects([]), "UTF8", cancellationToken);

    private static Receipt Read(
        NpgsqlConnection connection,
        TableEntry table,
        QualifiedName name,
        string encoding,
        CancellationToken cancellationToken
    )
    {
        var scan = new ScanTable
        {
            Name = name,
            Columns = table.Columns,
            GeneratedColumns = [],
            Format = table.Format,
            Condition = table.Condition,
            Size = default,
            Pages = 0,
        };
        return Read(connection, scan, encoding, cancellationToken);
    }

    private static Receipt Read(
        NpgsqlConnection connection,
        ScanTable table,
        string encoding,
        CancellationToken cancellationToken
    )
    {
        using var session = new NpgsqlRowSession(connection);
        session.Execute(SessionSettings.Encoding(encoding));
        var scan = new RangeScan<DigestOnly>(table, PageRange.Whole, new DigestOnly());
        scan.Run(session, encoding, new OperationProgress(), cancellationToken);
        session.Execute(SessionSettings.Encoding("UTF8"));
        return scan.Receipt;
    }

    private static void Require(string name, Receipt kept, Receipt read)
    {
        if (read != kept)
        {
            throw new SuretyException(
                ErrorCode.RestoreIncomplete,
                $"{name} would not hold exactly the rows of the backup ({read.Rows} rows, the backup has {kept.Rows})",
                "please report this: it must not happen"
            );
        }
    }
}
