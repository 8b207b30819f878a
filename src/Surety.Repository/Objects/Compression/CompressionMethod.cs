namespace Surety.Repository.Objects.Compression;

/// <summary>How a payload is compressed; the numbers are in the object header.</summary>
internal enum CompressionMethod : byte
{
    None = 0,
    Zstd = 1,
    Zlib = 2,
}
