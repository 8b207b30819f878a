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
    )
    {
        var read = new ScanTable
        {
            Name = name,
            Columns = table.Columns,
            GeneratedColumns = [],
            Format = table.Format,
            Condition = table.Condition,
            Size = default,
            Pages = 0,
        };
        using var session = new NpgsqlRowSession(connection);
        session.Execute(SessionSettings.Encoding(encoding));
        var scan = new RangeScan<DigestOnly>(read, PageRange.Whole, new DigestOnly());
        scan.Run(session, encoding, new OperationProgress(), cancellationToken);
        session.Execute(SessionSettings.Encoding("UTF8"));
        if (scan.Receipt != table.Receipt)
        {
            throw new SuretyException(
                ErrorCode.RestoreIncomplete,
                $"{name} would not hold exactly the rows of the backup ({scan.Receipt.Rows} rows, the backup has {table.Receipt.Rows})",
                "please report this: it must not happen"
            );
        }
    }
}
