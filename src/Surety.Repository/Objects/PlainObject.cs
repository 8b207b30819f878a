namespace Surety.Repository.Objects;

/// <summary>An object's plain bytes, checked. They are valid until it is disposed.</summary>
public sealed class PlainObject : IDisposable
{
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly RentedBytes? rented;
    private bool disposed;

    internal PlainObject(ReadOnlyMemory<byte> bytes, RentedBytes? rented, long storedLength)
    {
        this.bytes = bytes;
        this.rented = rented;
        StoredLength = storedLength;
    }

    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return bytes;
        }
    }

    /// <summary>Bytes that were read from the repository for it, header included.</summary>
    public long StoredLength { get; }

    public void Dispose()
    {
        disposed = true;
        rented?.Dispose();
    }
}
