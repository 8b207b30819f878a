using System.Buffers.Binary;
using Surety.Core.Compare.Differences;
using Surety.Core.Scan;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Testing.Storage;

namespace Surety.Tests.Compare;

/// <summary>Tables of two integers, <c>value</c> and <c>id</c>, in binary rows, stored as chunks.</summary>
internal sealed class SampleTables
{
    private readonly MemoryBlobStore blobs = new(TimeProvider.System);
    private readonly ObjectStore objects;

    public SampleTables() => objects = new ObjectStore(blobs, new ObjectCodec());

    public static byte[] Row(int id, int value)
    {
        var row = new byte[2 + 2 * 8];
        BinaryPrimitives.WriteInt16BigEndian(row, 2);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(2), 4);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(6), value);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(10), 4);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(14), id);
        return row;
    }

    public static int IdOf(byte[] row) => BinaryPrimitives.ReadInt32BigEndian(row.AsSpan(14));

    /// <summary>Takes rows away, changes, doubles and adds some, and moves some to the end.</summary>
    public static List<byte[]> Damage(IReadOnlyList<byte[]> rows, Random random, double share)
    {
        var result = new List<byte[]>();
        var atEnd = new List<byte[]>();
        foreach (var row in rows)
        {
            if (random.NextDouble() >= share)
            {
                result.Add(row);
                continue;
            }

            switch (random.Next(5))
            {
                case 0:
                    break;
                case 1:
                    atEnd.Add(Row(IdOf(row), random.Next()));
                    break;
                case 2:
                    result.AddRange([row, row]);
                    break;
                case 3:
                    result.AddRange([row, Row(random.Next(), 0)]);
                    break;
                default:
                    atEnd.Add(row);
                    break;
            }
        }

        return [.. result, .. atEnd];
    }

    public async Task<TableRows> StoreAsync(IReadOnlyList<byte[]> rows, int chunkRows)
    {
        var chunks = new List<ChunkEntry>();
        foreach (var chunk in rows.Chunk(chunkRows))
        {
            var bytes = chunk.SelectMany(r => r).ToArray();
            var stored = await objects.PutAsync(bytes, CancellationToken.None);
            chunks.Add(new ChunkEntry(stored.Id, chunk.Length, bytes.Length));
        }

        return new TableRows
        {
            Name = "public.sample",
            Objects = objects,
            Format = RowFormat.Binary,
            Columns = ["value", "id"],
            Receipt = rows.Aggregate(Receipt.Empty, (sum, row) => sum.Add(RowHash.Of(row))),
            Chunks = chunks,
        };
    }

    /// <summary>Removes an object behind everybody's back.</summary>
    public void Forget(ObjectId id) =>
        blobs.DeleteAsync(ObjectStore.NameOf(id), CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
