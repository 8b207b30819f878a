using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Repository.Objects;

/// <summary>Reads a stored stream part by part; one part is in memory at a time.</summary>
internal sealed class StoredStreamReader(ObjectStore objects, StoredStream stream) : Stream
{
    private PlainObject? part;
    private int nextPart;
    private int readOfPart;
    private long readInAll;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => stream.Length;

    public override long Position
    {
        get => readInAll;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (part is null || readOfPart == part.Bytes.Length)
        {
            if (!await NextPartAsync(cancellationToken))
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, part.Bytes.Length - readOfPart);
        part.Bytes.Slice(readOfPart, count).CopyTo(buffer);
        readOfPart += count;
        readInAll += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        part?.Dispose();
        part = null;
        base.Dispose(disposing);
    }

    private async ValueTask<bool> NextPartAsync(CancellationToken cancellationToken)
    {
        part?.Dispose();
        part = null;
        if (nextPart == stream.Parts.Count)
        {
            return readInAll == stream.Length
                ? false
                : throw new SuretyException(
                    ErrorCode.ObjectDamaged,
                    $"a stored stream ends after {readInAll} bytes where it had {stream.Length}",
                    "run: surety verify --all"
                );
        }

        part = await objects.GetAsync(stream.Parts[nextPart], cancellationToken);
        nextPart++;
        readOfPart = 0;
        return true;
    }
}
