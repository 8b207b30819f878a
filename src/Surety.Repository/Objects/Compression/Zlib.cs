using System.IO.Compression;

namespace Surety.Repository.Objects.Compression;

/// <summary>The framework's own zlib (RFC 1950), for machines without libzstd.</summary>
internal sealed class Zlib : ICompressor
{
    public CompressionMethod Method => CompressionMethod.Zlib;

    public unsafe int? TryCompress(ReadOnlySpan<byte> plain, Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return null;
        }

        fixed (byte* buffer = destination)
        {
            using var sink = new UnmanagedMemoryStream(buffer, 0, destination.Length, FileAccess.Write);
            try
            {
                using (var compressing = new ZLibStream(sink, CompressionLevel.Fastest, leaveOpen: true))
                {
                    compressing.Write(plain);
                }
            }
            catch (NotSupportedException)
            {
                // What a fixed memory stream throws when it is full.
                return null;
            }

            return (int)sink.Length;
        }
    }

    public unsafe bool TryDecompress(ReadOnlySpan<byte> payload, Span<byte> plain)
    {
        if (payload.IsEmpty)
        {
            return false;
        }

        fixed (byte* buffer = payload)
        {
            using var source = new UnmanagedMemoryStream(buffer, payload.Length);
            using var decompressing = new ZLibStream(source, CompressionMode.Decompress);
            try
            {
                return decompressing.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false) == plain.Length
                    && decompressing.ReadByte() < 0;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }
    }
}
