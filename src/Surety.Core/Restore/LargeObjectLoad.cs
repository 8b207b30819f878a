using System.Buffers.Binary;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Progress;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Restore;

/// <summary>
/// Creates the large objects of a backup with their own OIDs, owners, grants and comments, and writes their bytes, within
/// the caller's transaction.
/// </summary>
internal sealed class LargeObjectLoad(ObjectStore objects, OperationProgress progress)
{
    /// <summary>Bytes of a page, as large-object-rows.sql cuts them.</summary>
    private const long PageBytes = 256 * 1024;

    public async Task RunAsync(
        NpgsqlConnection connection,
        LargeObjectsEntry entry,
        bool owners,
        CancellationToken cancellationToken
    )
    {
        if (entry.Objects.Count == 0)
        {
            return;
        }

        progress.Begin("loading large objects", totalBytes: entry.RawBytes);
        const string create = "SELECT lo_create(oid) FROM unnest($1::oid[]) o (oid)";
        var oids = entry.Objects.Select(o => o.Oid).ToArray();
        await connection.QueryAsync(create, r => r.GetFieldValue<uint>(0), cancellationToken, oids);
        foreach (var chunk in entry.Chunks)
        {
            using var plain = await objects.GetAsync(chunk.Object, cancellationToken);
            await WritePagesAsync(connection, plain.Bytes, cancellationToken);
            progress.Add(chunk.Rows, chunk.RawBytes);
        }

        await DescribeAsync(connection, entry.Objects, owners, cancellationToken);
    }

    /// <summary>The rows of a chunk are (oid, page, bytes) in COPY's binary format.</summary>
    private static async Task WritePagesAsync(
        NpgsqlConnection connection,
        ReadOnlyMemory<byte> rows,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand("SELECT lo_put($1, $2, $3)", connection);
        var oid = new NpgsqlParameter<uint> { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid };
        var offset = new NpgsqlParameter<long>();
        var bytes = new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea };
        command.Parameters.AddRange(new[] { oid, offset, bytes });
        await command.PrepareAsync(cancellationToken);
        while (!rows.IsEmpty)
        {
            oid.TypedValue = BinaryPrimitives.ReadUInt32BigEndian(rows.Span[6..]);
            offset.TypedValue = BinaryPrimitives.ReadInt64BigEndian(rows.Span[14..]) * PageBytes;
            var length = BinaryPrimitives.ReadInt32BigEndian(rows.Span[22..]);
            bytes.Value = rows.Slice(26, length);
            await command.ExecuteNonQueryAsync(cancellationToken);
            rows = rows[(26 + length)..];
        }
    }

    private static async Task DescribeAsync(
        NpgsqlConnection connection,
        IReadOnlyList<LargeObjectEntry> entries,
        bool owners,
        CancellationToken cancellationToken
    )
    {
        foreach (var entry in entries)
        {
            var name = $"LARGE OBJECT {entry.Oid}";
            if (entry.Comment is { } comment)
            {
                await connection.RunAsync($"COMMENT ON {name} IS {SqlText.Literal(comment)}", cancellationToken);
            }

            if (owners)
            {
                await connection.RunAsync(
                    $"ALTER {name} OWNER TO {SqlText.Identifier(entry.Owner)}",
                    cancellationToken
                );
                await Grants.ApplyAsync(connection, name, entry.Owner, entry.Acl, cancellationToken);
            }
        }
    }
}
