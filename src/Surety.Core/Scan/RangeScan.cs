using Surety.Core.Postgres;
using Surety.Core.Postgres.Wire;
using Surety.Core.Progress;
using Surety.Repository.Manifests;

namespace Surety.Core.Scan;

/// <summary>Reads one range of a table: hashes each row, sums the receipts and hands the rows on.</summary>
internal sealed class RangeScan<TSink>(ScanTable table, PageRange range, TSink sink)
    where TSink : IRangeSink
{
    private const long ProgressBytes = 1 << 20;

    public ScanTable Table => table;
    public TSink Sink => sink;
    public Receipt Receipt { get; private set; }

    /// <summary>Receipt of stored and generated columns together.</summary>
    public Receipt GeneratedReceipt { get; private set; }

    /// <summary>Plain bytes of the stored columns.</summary>
    public long RawBytes { get; private set; }

    /// <summary>Estimated bytes on disk.</summary>
    public long EstimatedBytes =>
        table.Pages == 0 ? table.Size.TotalBytes
        : table.Size.TotalBytes / table.Pages is var perPage && range.End is { } end ? perPage * (end - range.First)
        : perPage * Math.Max(1, table.Pages - range.First);

    public void Run(
        IRowSession session,
        string encoding,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        var sql = SqlText.ForClientEncoding(table.CopySql(range), encoding);
        using var reader = session.CopyOut(sql, table.Format, cancellationToken);
        if (table.GeneratedColumns.Count == 0)
        {
            ReadRows(reader, progress);
        }
        else
        {
            ReadRowsWithGenerated(reader, progress);
        }

        sink.Complete();
    }

    private void ReadRows(IRowReader reader, OperationProgress progress)
    {
        var receipt = Receipt.Empty;
        long bytes = 0;
        var reported = (Rows: 0L, Bytes: 0L);
        while (reader.TryRead(out var row))
        {
            var hash = RowHash.Of(row);
            receipt = receipt.Add(hash);
            bytes += row.Length;
            sink.Add(row, hash);
            if (bytes - reported.Bytes >= ProgressBytes)
            {
                progress.Add(receipt.Rows - reported.Rows, bytes - reported.Bytes);
                reported = (receipt.Rows, bytes);
            }
        }

        progress.Add(receipt.Rows - reported.Rows, bytes - reported.Bytes);
        Receipt = receipt;
        RawBytes = bytes;
    }

    private void ReadRowsWithGenerated(IRowReader reader, OperationProgress progress)
    {
        var split = new StoredColumns(table.Format, table.Columns.Count);
        while (reader.TryRead(out var whole))
        {
            GeneratedReceipt = GeneratedReceipt.Add(RowHash.Of(whole));
            var row = split.Of(whole);
            var hash = RowHash.Of(row);
            Receipt = Receipt.Add(hash);
            RawBytes += row.Length;
            sink.Add(row, hash);
            progress.Add(1, row.Length);
        }
    }
}
