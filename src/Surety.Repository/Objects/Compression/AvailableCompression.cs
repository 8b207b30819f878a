namespace Surety.Repository.Objects.Compression;

/// <summary>What this machine compresses new objects with.</summary>
public static class AvailableCompression
{
    /// <summary>False where libzstd is missing: then zlib does it, slower and larger, and zstd objects cannot be read.</summary>
    public static bool HasZstd => Zstd.TryLoad() is not null;
}
