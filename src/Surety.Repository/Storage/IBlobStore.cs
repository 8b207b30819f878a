namespace Surety.Repository.Storage;

/// <summary>
/// Named byte strings in a folder or a bucket. Names use <c>/</c> between parts, and hold only letters, digits,
/// <c>.</c>, <c>-</c> and <c>_</c> besides. Every implementation passes the same contract suite
/// (tests/Surety.Tests/Storage/BlobStoreContract.cs).
/// </summary>
public interface IBlobStore
{
    /// <summary>Where this is, for messages; never holds a secret.</summary>
    string Location { get; }

    /// <summary>True where nothing can ever be written: every attempt is RepositoryUnwritable.</summary>
    bool IsReadOnly => false;

    /// <summary>True where every answer takes a while, so that it pays to ask for the next thing meanwhile.</summary>
    bool IsFarAway => false;

    /// <summary>The whole blob, or null where there is none of that name.</summary>
    ValueTask<byte[]?> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Length in bytes, or null where there is none of that name.</summary>
    ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a blob whole or not at all, replacing one of the same name. It is durable after the next
    /// <see cref="FlushAsync"/>, or on return where <paramref name="durable"/> is set.
    /// </summary>
    ValueTask WriteAsync(string name, ReadOnlyMemory<byte> content, bool durable, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="WriteAsync"/> with <c>durable</c>, but only where no blob of that name exists. Returns false, and
    /// changes nothing, where one does.
    /// </summary>
    ValueTask<bool> TryCreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Counts a blob that another process wrote, perhaps one that was killed before its flush, among those that the next
    /// <see cref="FlushAsync"/> makes durable.
    /// </summary>
    void Adopt(string name);

    /// <summary>
    /// Makes everything written, adopted or deleted before durable: one barrier, not one per blob. Once it has failed it
    /// fails for ever, since an operating system reports a lost write only once.
    /// </summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>
    /// All blobs whose name starts with <paramref name="prefix"/>, in no particular order. Files that others put there
    /// are listed too, whatever their names: the reader of a name decides what it means.
    /// </summary>
    IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a blob; removing one that is not there is no error. The removal is durable after the next
    /// <see cref="FlushAsync"/>.
    /// </summary>
    ValueTask DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A store that holds something of the system open: whoever opened it disposes it.</summary>
public interface IOpenBlobStore : IBlobStore, IDisposable;

/// <param name="Name">The blob's full name.</param>
/// <param name="Length">In bytes.</param>
/// <param name="ModifiedAt">When it was last written, by the store's clock.</param>
public readonly record struct BlobInfo(string Name, long Length, DateTimeOffset ModifiedAt);
