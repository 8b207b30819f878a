using System.Buffers;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Wire;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository.Manifests;

namespace Surety.Core.Export;

/// <summary>Writes the rows of tables, read from the copy by several sessions at once, each table into its file.</summary>
internal sealed class TableExport(
    TemporaryCopy copy,
    string encoding,
    ExportFormat format,
    ExportFolder folder,
    OperationProgress progress
)
{
    private const int FlushAt = 1 << 16;

    /// <summary>Files in the order of the tables.</summary>
    public async Task<IReadOnlyList<ExportedFile>> RunAsync(
        IReadOnlyList<TableEntry> tables,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        var columns = await ReadColumnsAsync(tables, cancellationToken);
        var files = new ExportedFile[tables.Count];
        var largestFirst = Enumerable.Range(0, tables.Count).OrderByDescending(i => tables[i].RawBytes);
        progress.Begin("writing tables", tables.Count, tables.Sum(t => t.RawBytes));
        await Parallel.ForEachAsync(
            largestFirst,
            new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken },
            (i, token) =>
            {
                files[i] = Write(tables[i], [.. columns[QualifiedName.Of(tables[i])]], token);
                progress.TableDone();
                return ValueTask.CompletedTask;
            }
        );
        return files;
    }

    private async Task<ILookup<QualifiedName, ExportedColumn>> ReadColumnsAsync(
        IReadOnlyList<TableEntry> tables,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await PostgresConnections.OpenAsync(
            copy.Database,
            "surety export",
            cancellationToken
        );
        await connection.RunAsync(SessionSettings.PinNames, cancellationToken);
        var rows = await connection.QueryAsync(
            SqlFile.Read("export-columns"),
            r =>
                (
                    Table: new QualifiedName(r.GetString(0), r.GetString(1)),
                    Column: new ExportedColumn(r.GetString(2), r.GetString(3), FormOf(r.GetFieldValue<uint>(4)))
                ),
            cancellationToken,
            tables.Select(t => t.Schema).ToArray(),
            tables.Select(t => t.Name).ToArray()
        );
        return rows.ToLookup(row => row.Table, row => row.Column);
    }

    private ExportedFile Write(
        TableEntry table,
        IReadOnlyList<ExportedColumn> columns,
        CancellationToken cancellationToken
    )
    {
        var name = QualifiedName.Of(table);
        using var session = RowSessions.Open(copy.Database, "surety export", cancellationToken);
        session.Execute($"{SessionSettings.Pin(copy.Server)}; {SessionSettings.Encoding(encoding)}");
        var file = folder.Create(SubjectOf(name), Extension);
        var sql = SqlText.ForClientEncoding(
            $"COPY (SELECT {SqlText.Identifiers(columns.Select(c => c.Name))} FROM ONLY {name.Sql} {table.Condition}) TO STDOUT",
            encoding
        );
        using var reader = session.CopyOut(sql, RowFormat.Text, cancellationToken);
        using var writer = WriterOf(table, columns);
        var rows = Write(reader, writer, file.Content);
        var (bytes, sha256) = file.Complete();
        return new ExportedFile(file.Name, name, rows, bytes, sha256, columns);
    }

    private long Write(IRowReader reader, IRowWriter writer, Stream destination)
    {
        var buffer = new ArrayBufferWriter<byte>(FlushAt * 2);
        long rows = 0;
        long reported = 0;
        writer.Begin(buffer);
        while (reader.TryRead(out var row))
        {
            writer.Add(row, buffer);
            rows++;
            if (buffer.WrittenCount >= FlushAt)
            {
                Flush();
            }
        }

        writer.End(buffer);
        Flush();
        return rows;

        void Flush()
        {
            destination.Write(buffer.WrittenSpan);
            progress.Add(rows - reported, buffer.WrittenCount);
            reported = rows;
            buffer.ResetWrittenCount();
        }
    }

    private IRowWriter WriterOf(TableEntry table, IReadOnlyList<ExportedColumn> columns) =>
        format switch
        {
            ExportFormat.Csv => new CsvRows(columns),
            ExportFormat.Json => new JsonRows(QualifiedName.Of(table), columns, encoding == "UTF8"),
            _ => new CopyRows(SqlPrologue(table, columns)),
        };

    private string Extension =>
        format switch
        {
            ExportFormat.Csv => "csv",
            ExportFormat.Json => "jsonl",
            _ => "sql",
        };

    private string SqlPrologue(TableEntry table, IReadOnlyList<ExportedColumn> columns)
    {
        var list = columns.Count == 0 ? "" : $" ({SqlText.Identifiers(columns.Select(c => c.Name))})";
        return $"""
            {SessionSettings.ForLoading(encoding)};

            COPY {RowLoad.Destination(table)}{list} FROM stdin;

            """;
    }

    private static string SubjectOf(QualifiedName name) =>
        name.Schema == "public"
            ? ExportFolder.Subject(name.Name)
            : $"{ExportFolder.Subject(name.Schema)}.{ExportFolder.Subject(name.Name)}";

    /// <summary>By the OIDs of pg_type.dat, which never change.</summary>
    private static ValueForm FormOf(uint type) =>
        type switch
        {
            16 => ValueForm.Boolean,
            20 or 21 or 23 or 700 or 701 or 1700 => ValueForm.Number,
            114 or 3802 => ValueForm.Json,
            _ => ValueForm.Text,
        };
}
