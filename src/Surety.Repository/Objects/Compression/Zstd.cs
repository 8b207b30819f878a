using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Surety.Repository.Objects.Compression;

/// <summary>
/// Zstandard (RFC 8878) by the system's libzstd. The functions are looked up at run time, because the library's file
/// name differs between systems and because it may be missing.
/// </summary>
internal sealed unsafe class Zstd : ICompressor
{
    private const int Level = 1;

    private static readonly string[] LibraryNames = ["libzstd.so.1", "libzstd.1.dylib", "libzstd"];

    private readonly delegate* unmanaged<nint> createCompression;
    private readonly delegate* unmanaged<nint> createDecompression;
    private readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, int, nuint> compress;
    private readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint> decompress;
    private readonly delegate* unmanaged<nuint, uint> isError;
    private readonly nint freeCompression;
    private readonly nint freeDecompression;

    // A context holds tables of some hundred kilobytes that are costly to make for each chunk.
    private readonly ConcurrentBag<ZstdContext> compressions = [];
    private readonly ConcurrentBag<ZstdContext> decompressions = [];

    private Zstd(nint library)
    {
        createCompression = (delegate* unmanaged<nint>)Export(library, "ZSTD_createCCtx");
        createDecompression = (delegate* unmanaged<nint>)Export(library, "ZSTD_createDCtx");
        compress = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, int, nuint>)Export(
            library,
            "ZSTD_compressCCtx"
        );
        decompress = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint>)Export(
            library,
            "ZSTD_decompressDCtx"
        );
        isError = (delegate* unmanaged<nuint, uint>)Export(library, "ZSTD_isError");
        freeCompression = Export(library, "ZSTD_freeCCtx");
        freeDecompression = Export(library, "ZSTD_freeDCtx");
    }

    public CompressionMethod Method => CompressionMethod.Zstd;

    /// <summary>The library of this machine, or null where it has none.</summary>
    public static Zstd? TryLoad()
    {
        foreach (var name in LibraryNames)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return new Zstd(library);
            }
        }

        return null;
    }

    public int? TryCompress(ReadOnlySpan<byte> plain, Span<byte> destination)
    {
        var context = compressions.TryTake(out var used) ? used : new ZstdContext(createCompression(), freeCompression);
        nuint length;
        fixed (byte* from = plain)
        fixed (byte* to = destination)
        {
            length = compress(
                context.DangerousGetHandle(),
                to,
                (nuint)destination.Length,
                from,
                (nuint)plain.Length,
                Level
            );
        }

        compressions.Add(context);
        return isError(length) == 0 ? (int)length : null;
    }

    public bool TryDecompress(ReadOnlySpan<byte> payload, Span<byte> plain)
    {
        var context = decompressions.TryTake(out var used)
            ? used
            : new ZstdContext(createDecompression(), freeDecompression);
        nuint length;
        fixed (byte* from = payload)
        fixed (byte* to = plain)
        {
            length = decompress(context.DangerousGetHandle(), to, (nuint)plain.Length, from, (nuint)payload.Length);
        }

        decompressions.Add(context);
        return isError(length) == 0 && length == (nuint)plain.Length;
    }

    private static nint Export(nint library, string name) => NativeLibrary.GetExport(library, name);
}

/// <summary>A compression or decompression context of libzstd, for one thread at a time.</summary>
internal sealed unsafe class ZstdContext : SafeHandle
{
    private readonly nint free;

    public ZstdContext(nint context, nint free)
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
        if (context == 0)
        {
            throw new InsufficientMemoryException("libzstd has no memory for a context");
        }

        this.free = free;
        SetHandle(context);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        _ = ((delegate* unmanaged<nint, nuint>)free)(handle);
        return true;
    }
}
