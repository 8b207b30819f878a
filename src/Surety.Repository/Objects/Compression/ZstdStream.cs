namespace Surety.Repository.Objects.Compression;

/// <summary>
/// Compresses what is written to it into zstd frames, one after the other, which every decoder reads as one stream (RFC
/// 8878, section 3). Write-only; leaves the stream under it open.
/// </summary>
public sealed class ZstdStream : Stream
{
    private const int FrameLength = 1 << 20;

    private readonly Zstd zstd;
    private readonly Stream destination;
    private readonly byte[] plain = new byte[FrameLength];

    // ZSTD_COMPRESSBOUND of zstd.h: a 256th more, and a little more for short input.
    private readonly byte[] frame = new byte[FrameLength + (FrameLength >> 8) + 64];
    private int filled;
    private bool isFirst = true;

    private ZstdStream(Zstd zstd, Stream destination) => (this.zstd, this.destination) = (zstd, destination);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A compressing stream, or null where this machine has no libzstd.</summary>
    public static ZstdStream? TryOpen(Stream destination) =>
        Zstd.TryLoad() is { } zstd ? new ZstdStream(zstd, destination) : null;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, FrameLength - filled);
            buffer[..taken].CopyTo(plain.AsSpan(filled));
            filled += taken;
            buffer = buffer[taken..];
            if (filled == FrameLength)
            {
                WriteFrame();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Does nothing: frames are written when they are full, and the last one at the end.</summary>
    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        // Also where nothing was written: no frame at all is no zstd file.
        if (disposing && (filled > 0 || isFirst))
        {
            WriteFrame();
        }

        base.Dispose(disposing);
    }

    private void WriteFrame()
    {
        var length =
            zstd.TryCompress(plain.AsSpan(0, filled), frame)
            ?? throw new InvalidOperationException("libzstd needs more than its own bound");
        destination.Write(frame, 0, length);
        filled = 0;
        isFirst = false;
    }
}
