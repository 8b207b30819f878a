using System.Buffers;

namespace Surety.Repository.Objects;

/// <summary>Bytes in an array of the shared pool; disposing gives the array back.</summary>
internal sealed class RentedBytes : IDisposable
{
    private byte[]? array;
    private int length;

    private RentedBytes(int length)
    {
        array = ArrayPool<byte>.Shared.Rent(length);
        this.length = length;
    }

    public Memory<byte> Memory => Array.AsMemory(0, length);

    public Span<byte> Span => Array.AsSpan(0, length);

    private byte[] Array => array ?? throw new ObjectDisposedException(nameof(RentedBytes));

    public static RentedBytes Rent(int length) => new(length);

    /// <summary>Forgets the bytes after <paramref name="newLength"/>.</summary>
    public void Trim(int newLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newLength, length);
        length = newLength;
    }

    public void Dispose()
    {
        // Once only: an array given back twice would be rented to two users.
        if (Interlocked.Exchange(ref array, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
