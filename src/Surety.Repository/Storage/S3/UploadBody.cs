using System.Runtime.InteropServices;

namespace Surety.Repository.Storage.S3;

/// <summary>Bytes as the stream that the SDK wants, without a copy of them.</summary>
internal static class UploadBody
{
    public static Stream Of(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);
}
