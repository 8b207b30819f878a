namespace Surety.Repository.Objects.Compression;

/// <summary>One compression method. Thread-safe.</summary>
internal interface ICompressor
{
    CompressionMethod Method { get; }

    /// <summary>
    /// Compresses into <paramref name="destination"/> and returns the length, or null where it does not fit.
    /// </summary>
    int? TryCompress(ReadOnlySpan<byte> plain, Span<byte> destination);

    /// <summary>
    /// Fills <paramref name="plain"/> exactly. False where the payload is not valid or holds fewer or more bytes.
    /// </summary>
    bool TryDecompress(ReadOnlySpan<byte> payload, Span<byte> plain);
}
