using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Wire;
using Surety.Core.Restore;
using Surety.Core.Scan;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback.Rewind;

/// <summary>
/// Takes rows out of a table: by key where there is one, else by the place at which a scan finds them. Every deleted row
/// comes back from the server, and is counted into a receipt: so it is known what really went.
/// </summary>
internal sealed class RowDeletion(NpgsqlConnection connection, string encoding)
{
    /// <summary>Without a key: how many rows are looked for in one scan of the table.</summary>
    private const int HashesAtOnce = 1 << 20;

    private const string Wanted = "pg_temp.surety_rows_to_delete";

    /// <summary>The receipt of the rows that were deleted.</summary>
    public async Task<Receipt> RunAsync(ChangedTable table, CancellationToken cancellationToken) =>
        table switch
        {
            { Rows.Deleted.Rows: 0 } => Receipt.Empty,
            { IsEmptied: true } => DeleteAll(table.Group.Tables, cancellationToken),
            { Key: { } key } => await DeleteByKeyAsync(table, key, cancellationToken),
            _ => await DeleteByPlaceAsync(table, cancellationToken),
        };

    private Receipt DeleteAll(IReadOnlyList<TableEntry> leaves, CancellationToken cancellationToken) =>
        leaves.Aggregate(
            Receipt.Empty,
            (sum, leaf) =>
                sum + Delete(leaf, $"DELETE FROM ONLY {NameOf(leaf)} AS r {leaf.Condition}", cancellationToken)
        );

    private async Task<Receipt> DeleteByKeyAsync(ChangedTable table, TableKey key, CancellationToken cancellationToken)
    {
        var leaves = table.Group.Tables;
        // Types as the table has them; the rows come by COPY.
        await connection.RunAsync(
            $"CREATE TEMPORARY TABLE {Wanted} ON COMMIT DROP AS SELECT {SqlText.Identifiers(key.Columns)} FROM ONLY {NameOf(leaves[0])} WITH NO DATA",
            cancellationToken
        );
        await FillAsync(key.Columns, leaves[0].Format, table.Rows.CopyKeysAsync, cancellationToken);
        var deleted = leaves.Aggregate(
            Receipt.Empty,
            (sum, leaf) => sum + DeleteWanted(leaf, key.Equality("r", "w"), cancellationToken)
        );
        await connection.RunAsync($"DROP TABLE {Wanted}", cancellationToken);
        return deleted;
    }

    private async Task<Receipt> DeleteByPlaceAsync(ChangedTable table, CancellationToken cancellationToken)
    {
        var deleted = Receipt.Empty;
        foreach (var hashes in table.Rows.ReadHashes(HashesAtOnce))
        {
            foreach (var leaf in table.Group.Tables)
            {
                using var places = FindPlaces(leaf, hashes, cancellationToken);
                await connection.RunAsync(
                    $"CREATE TEMPORARY TABLE {Wanted} (place tid) ON COMMIT DROP",
                    cancellationToken
                );
                await FillAsync(["place"], leaf.Format, places.CopyToAsync, cancellationToken);
                deleted += DeleteWanted(leaf, "r.ctid = w.place", cancellationToken);
                await connection.RunAsync($"DROP TABLE {Wanted}", cancellationToken);
            }
        }

        return deleted;
    }

    private async Task FillAsync(
        IReadOnlyList<string> columns,
        RowFormat format,
        Func<Stream, CancellationToken, Task> write,
        CancellationToken cancellationToken
    )
    {
        await connection.RunAsync(SessionSettings.Encoding(encoding), cancellationToken);
        var target = new CopyTarget(Wanted, columns, format, encoding);
        await CopyIn.RunAsync(connection, target, write, cancellationToken);
        await connection.RunAsync($"{SessionSettings.Encoding("UTF8")}; ANALYZE {Wanted}", cancellationToken);
    }

    /// <summary>
    /// The places of rows with these hashes, as COPY reads them, each hash as often as it is asked for; what is found is
    /// taken off <paramref name="hashes"/>.
    /// </summary>
    private MemoryStream FindPlaces(
        TableEntry leaf,
        Dictionary<UInt128, int> hashes,
        CancellationToken cancellationToken
    )
    {
        var columns = SqlText.Identifiers([.. leaf.Columns, "ctid"]);
        var places = new MemoryStream();
        var stored = new StoredColumns(leaf.Format, leaf.Columns.Count);
        Read(
            $"SELECT {columns} FROM ONLY {NameOf(leaf)} {leaf.Condition}",
            leaf.Format,
            (whole) =>
            {
                var row = stored.Of(whole);
                var hash = RowHash.Of(row);
                if (!hashes.TryGetValue(hash, out var left))
                {
                    return;
                }

                if (left == 1)
                {
                    hashes.Remove(hash);
                }
                else
                {
                    hashes[hash] = left - 1;
                }

                WritePlace(places, whole, row.Length, leaf.Format);
            },
            cancellationToken
        );
        places.Position = 0;
        return places;
    }

    /// <summary>The last field of a row, as a row of its own.</summary>
    private static void WritePlace(MemoryStream places, ReadOnlySpan<byte> whole, int stored, RowFormat format)
    {
        if (format == RowFormat.Binary)
        {
            places.Write([0, 1]);
            places.Write(whole[stored..]);
        }
        else
        {
            places.Write(whole[(whole.LastIndexOf((byte)'\t') + 1)..]);
        }
    }

    private Receipt DeleteWanted(TableEntry leaf, string condition, CancellationToken cancellationToken) =>
        Delete(leaf, $"DELETE FROM ONLY {NameOf(leaf)} AS r USING {Wanted} AS w WHERE {condition}", cancellationToken);

    private Receipt Delete(TableEntry leaf, string delete, CancellationToken cancellationToken)
    {
        // A row without columns can't be returned, but something for it: each has the same hash.
        var isBare = leaf.Columns.Count == 0;
        var bare = RowHash.Of(leaf.Format == RowFormat.Binary ? [0, 0] : "\n"u8);
        var returned = isBare ? "1" : string.Join(", ", leaf.Columns.Select(c => $"r.{SqlText.Identifier(c)}"));
        var deleted = Receipt.Empty;
        Read(
            $"{delete} RETURNING {returned}",
            leaf.Format,
            row => deleted = deleted.Add(isBare ? bare : RowHash.Of(row)),
            cancellationToken
        );
        return deleted;
    }

    private delegate void TakeRow(ReadOnlySpan<byte> row);

    private void Read(string query, RowFormat format, TakeRow take, CancellationToken cancellationToken)
    {
        using var session = new NpgsqlRowSession(connection);
        session.Execute(SessionSettings.Encoding(encoding));
        var sql = $"COPY ({query}) TO STDOUT (FORMAT {(format == RowFormat.Binary ? "binary" : "text")})";
        using (var reader = session.CopyOut(SqlText.ForClientEncoding(sql, encoding), format, cancellationToken))
        {
            while (reader.TryRead(out var row))
            {
                take(row);
            }
        }

        session.Execute(SessionSettings.Encoding("UTF8"));
    }

    private static string NameOf(TableEntry leaf) => QualifiedName.Of(leaf).Sql;
}
