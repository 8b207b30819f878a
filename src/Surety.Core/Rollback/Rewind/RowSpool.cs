using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Surety.Core.Compare.Differences;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback.Rewind;

/// <summary>
/// The rows to take out of a table and those to put back, in two files, since there may be any number: rows to take out
/// by their key, as COPY reads it, or where there is no key by their hash; rows to put back as COPY reads them.
/// "Before" is the present state, "after" the backup's.
/// </summary>
internal sealed class RowSpool : IDifferenceSink, IDisposable
{
    private const int HashBytes = 16;

    private readonly RowFormat format;
    private readonly RowKey? key;
    private readonly SpoolFile toDelete;
    private readonly SpoolFile toInsert;

    /// <param name="path">Of files that do not exist: two are made, and go when this is disposed.</param>
    /// <param name="format">That of the rows.</param>
    /// <param name="key">What tells the table's rows apart, or null.</param>
    public RowSpool(string path, RowFormat format, RowKey? key)
    {
        this.format = format;
        this.key = key;
        toDelete = new SpoolFile($"{path}.delete");
        toInsert = new SpoolFile($"{path}.insert");
    }

    /// <summary>Receipt of the rows to take out.</summary>
    public Receipt Deleted { get; private set; }

    /// <summary>Receipt of the rows to put back.</summary>
    public Receipt Inserted { get; private set; }

    public void OnlyBefore(ReadOnlySpan<byte> row, UInt128 hash)
    {
        Deleted = Deleted.Add(hash);
        if (key is null)
        {
            toDelete.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in hash)));
        }
        else
        {
            WriteKey(key.ValuesOf(row));
        }
    }

    public void OnlyAfter(ReadOnlySpan<byte> row, UInt128 hash)
    {
        Inserted = Inserted.Add(hash);
        toInsert.Write(row);
    }

    /// <summary>The keys of the rows to take out, in COPY's format.</summary>
    public Task CopyKeysAsync(Stream destination, CancellationToken cancellationToken) =>
        CopyAsync(toDelete, destination, cancellationToken);

    /// <summary>The rows to put back, in COPY's format.</summary>
    public Task CopyRowsAsync(Stream destination, CancellationToken cancellationToken) =>
        CopyAsync(toInsert, destination, cancellationToken);

    /// <summary>The hashes of the rows to take out, each with how often, at most <paramref name="most"/> at once.</summary>
    public IEnumerable<Dictionary<UInt128, int>> ReadHashes(int most)
    {
        var hashes = new Dictionary<UInt128, int>();
        var read = 0;
        foreach (var piece in toDelete.Read())
        {
            // A piece holds whole hashes: its length is a multiple of theirs.
            for (var at = 0; at < piece.Length; at += HashBytes)
            {
                var hash = MemoryMarshal.Read<UInt128>(piece.Span[at..]);
                CollectionsMarshal.GetValueRefOrAddDefault(hashes, hash, out _)++;
                if (++read % most == 0)
                {
                    yield return hashes;
                    hashes = [];
                }
            }
        }

        if (hashes.Count > 0)
        {
            yield return hashes;
        }
    }

    public void Dispose()
    {
        toDelete.Dispose();
        toInsert.Dispose();
    }

    private void WriteKey(IReadOnlyList<byte[]> values)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        if (format == RowFormat.Binary)
        {
            BinaryPrimitives.WriteInt16BigEndian(number, (short)values.Count);
            toDelete.Write(number[..sizeof(short)]);
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (format == RowFormat.Binary)
            {
                BinaryPrimitives.WriteInt32BigEndian(number, values[i].Length);
                toDelete.Write(number);
                toDelete.Write(values[i]);
            }
            else
            {
                toDelete.Write(values[i]);
                toDelete.Write((byte)(i < values.Count - 1 ? '\t' : '\n'));
            }
        }
    }

    private static async Task CopyAsync(SpoolFile file, Stream destination, CancellationToken cancellationToken)
    {
        foreach (var piece in file.Read())
        {
            await destination.WriteAsync(piece, cancellationToken);
        }
    }
}
