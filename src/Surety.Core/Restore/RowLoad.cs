using System.Collections.Concurrent;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Progress;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Restore;

/// <summary>Loads the rows of a backup by COPY, several sessions at once; large tables go in several pieces.</summary>
internal sealed class RowLoad(ObjectStore objects, string encoding, OperationProgress progress)
{
    private const long PieceBytes = 64 << 20;

    /// <param name="IsWholeTable">The table is empty, and nobody else loads it.</param>
    private sealed record Piece(TableEntry Table, IReadOnlyList<ChunkEntry> Chunks, long Bytes, bool IsWholeTable);

    public async Task RunAsync(
        ConnectionTarget target,
        IReadOnlyList<TableEntry> tables,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        progress.Begin("loading rows", tables.Count, tables.Sum(t => t.RawBytes));
        // A table much larger than a session's share would keep the others waiting: it goes in pieces.
        var largestWhole = Math.Max(PieceBytes, tables.Sum(t => t.RawBytes) / jobs * 5 / 4);
        var pieces = new ConcurrentQueue<Piece>(
            tables.SelectMany(t => Cut(t, largestWhole)).OrderByDescending(p => p.Bytes)
        );
        var left = new ConcurrentDictionary<TableEntry, int>(ReferenceEqualityComparer.Instance);
        foreach (var piece in pieces)
        {
            left.AddOrUpdate(piece.Table, 1, (_, count) => count + 1);
        }

        // The first worker that fails cancels the others.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Math.Min(jobs, pieces.Count)),
            new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken },
            async (_, token) =>
            {
                await using var connection = await PostgresConnections.OpenAsync(target, "surety restore", token);
                await PinAsync(connection, token);
                while (pieces.TryDequeue(out var piece))
                {
                    await LoadAsync(connection, piece, token);
                    if (left.AddOrUpdate(piece.Table, 0, (_, count) => count - 1) == 0)
                    {
                        progress.TableDone();
                    }
                }
            }
        );
    }

    /// <summary>
    /// A whole table is emptied and filled in one transaction, which lets the server do without WAL where it may (manual
    /// section 14.4, "Disable WAL Archival and Streaming Replication") and write rows that no later reader has to mark
    /// (manual section on COPY, FREEZE).
    /// </summary>
    private async Task LoadAsync(NpgsqlConnection connection, Piece piece, CancellationToken cancellationToken)
    {
        var destination = Destination(piece.Table);
        if (!piece.IsWholeTable)
        {
            await LoadAsync(connection, piece.Table, destination, piece.Chunks, freeze: false, cancellationToken);
            return;
        }

        await connection.RunAsync(
            SqlText.ForClientEncoding($"BEGIN; TRUNCATE ONLY {destination}", encoding),
            cancellationToken
        );
        await LoadAsync(connection, piece.Table, destination, piece.Chunks, freeze: true, cancellationToken);
        await connection.RunAsync("COMMIT", cancellationToken);
    }

    private async Task LoadAsync(
        NpgsqlConnection connection,
        TableEntry table,
        string destination,
        IReadOnlyList<ChunkEntry> chunks,
        bool freeze,
        CancellationToken cancellationToken
    )
    {
        await CopyIn.RunAsync(
            connection,
            new CopyTarget(destination, table.Columns, table.Format, encoding, freeze),
            WriteAsync,
            cancellationToken
        );

        async Task WriteAsync(Stream stream, CancellationToken token)
        {
            foreach (var chunk in chunks)
            {
                using var plain = await objects.GetAsync(chunk.Object, token);
                await stream.WriteAsync(plain.Bytes, token);
                progress.Add(chunk.Rows, chunk.RawBytes);
            }
        }
    }

    /// <summary>
    /// Loads a whole table on a session that otherwise speaks UTF-8, as Npgsql does: rows have the bytes of the backup's
    /// encoding.
    /// </summary>
    public async Task LoadInEncodingAsync(
        NpgsqlConnection connection,
        TableEntry table,
        string destination,
        CancellationToken cancellationToken
    )
    {
        await connection.RunAsync(SessionSettings.Encoding(encoding), cancellationToken);
        await LoadAsync(connection, table, destination, table.Chunks, freeze: false, cancellationToken);
        await connection.RunAsync(SessionSettings.Encoding("UTF8"), cancellationToken);
        progress.TableDone();
    }

    /// <summary>Pins what decides how the rows' bytes are understood.</summary>
    public async Task PinAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var sql = $"""
            {SessionSettings.ForLoading(encoding)};
            SET synchronous_commit = off; SET statement_timeout = 0; SET lock_timeout = 0
            """;
        await connection.RunAsync(sql, cancellationToken);
    }

    /// <summary>The name that rows are loaded through: mostly the table's own.</summary>
    public static string Destination(TableEntry table) =>
        table.LoadThrough is { } root ? new QualifiedName(root.Schema, root.Name).Sql : QualifiedName.Of(table).Sql;

    private static IEnumerable<Piece> Cut(TableEntry table, long largestWhole) =>
        table is { LoadThrough: null, Extension: null, Chunks.Count: > 0 } && table.RawBytes <= largestWhole
            ? [new Piece(table, table.Chunks, table.RawBytes, IsWholeTable: true)]
            : Cut(table);

    private static IEnumerable<Piece> Cut(TableEntry table)
    {
        var chunks = new List<ChunkEntry>();
        long bytes = 0;
        foreach (var chunk in table.Chunks)
        {
            chunks.Add(chunk);
            bytes += chunk.RawBytes;
            if (bytes >= PieceBytes)
            {
                yield return new Piece(table, chunks, bytes, IsWholeTable: false);
                chunks = [];
                bytes = 0;
            }
        }

        if (chunks.Count > 0)
        {
            yield return new Piece(table, chunks, bytes, IsWholeTable: false);
        }
    }
}
