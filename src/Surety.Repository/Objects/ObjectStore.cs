using System.Collections.Concurrent;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Storage;

namespace Surety.Repository.Objects;

/// <summary>
/// Content-addressed pieces of backups. Thread-safe: many workers put and get at once. Use one instance for one
/// operation: it remembers what that operation stored.
/// </summary>
public sealed class ObjectStore
{
    /// <summary>Length of a stream's parts, except the last: 4 MiB.</summary>
    public const int StreamPartLength = 4 * 1024 * 1024;

    internal const string Folder = "objects";

    private readonly IBlobStore store;
    private readonly ObjectCodec codec;
    private readonly ConcurrentDictionary<ObjectId, byte> trusted = new();
    private readonly ConcurrentDictionary<ObjectId, long> storedLengths = new();
    private readonly ConcurrentDictionary<ObjectId, TaskCompletionSource> underway = new();

    internal ObjectStore(IBlobStore store, ObjectCodec codec)
    {
        this.store = store;
        this.codec = codec;
    }

    /// <inheritdoc cref="IBlobStore.IsFarAway"/>
    public bool IsFarAway => store.IsFarAway;

    /// <summary>
    /// Names objects that a committed manifest names: the barrier before that commit made them durable, so
    /// <see cref="PutAsync"/> reuses them without reading them.
    /// </summary>
    public void Trust(IEnumerable<ObjectId> ids)
    {
        foreach (var id in ids)
        {
            trusted.TryAdd(id, 0);
        }
    }

    /// <summary>
    /// Stores plain bytes, at most 2,000,000,000 of them. Where the repository has them already, nothing is compressed
    /// or written. They are durable after <see cref="FlushAsync"/>.
    /// </summary>
    public async ValueTask<StoredObject> PutAsync(ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plain.Length, ObjectHeader.MaxPlainLength, nameof(plain));
        var id = Identify(plain.Span);
        while (true)
        {
            if (storedLengths.TryGetValue(id, out var known))
            {
                return new StoredObject(id, plain.Length, known, IsNew: false);
            }

            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var other = underway.GetOrAdd(id, mine);
            if (other == mine)
            {
                return await PutAloneAsync(id, plain, mine, cancellationToken);
            }

            // Its end says nothing about success: look again, and do it here where the other worker failed.
            await other.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Reads an object and checks every byte of it. <see cref="ErrorCode.ObjectMissing"/> or
    /// <see cref="ErrorCode.ObjectDamaged"/> otherwise.
    /// </summary>
    public async ValueTask<PlainObject> GetAsync(ObjectId id, CancellationToken cancellationToken) =>
        codec.Decode(id, await ReadStoredAsync(id, cancellationToken));

    /// <summary>
    /// Checks an object's stored bytes against the digest in its header, without decompressing them. Returns their
    /// number; errors as <see cref="GetAsync"/>.
    /// </summary>
    public async ValueTask<long> CheckStoredAsync(ObjectId id, CancellationToken cancellationToken) =>
        (await ReadCheckedAsync(id, cancellationToken)).Length;

    /// <summary>An object's stored bytes, header included, checked as by <see cref="CheckStoredAsync"/>.</summary>
    internal async ValueTask<byte[]> ReadCheckedAsync(ObjectId id, CancellationToken cancellationToken)
    {
        var stored = await ReadStoredAsync(id, cancellationToken);
        codec.Check(id, stored);
        return stored;
    }

    /// <summary>Bytes that an object takes in the repository, or null where it is not there. Reads nothing of it.</summary>
    internal async ValueTask<long?> TryGetStoredLengthAsync(ObjectId id, CancellationToken cancellationToken) =>
        await store.GetLengthAsync(NameOf(id), cancellationToken) is { } length and > ObjectHeader.Size ? length : null;

    /// <summary>The barrier: all objects that were put before are durable when it returns.</summary>
    public ValueTask FlushAsync(CancellationToken cancellationToken) => store.FlushAsync(cancellationToken);

    /// <summary>Stores a stream as parts of <see cref="StreamPartLength"/> bytes.</summary>
    public async Task<StoredStreamParts> PutStreamAsync(Stream source, CancellationToken cancellationToken)
    {
        using var buffer = RentedBytes.Rent(StreamPartLength);
        var objects = new List<StoredObject>();
        int read;
        do
        {
            read = await source.ReadAtLeastAsync(buffer.Memory, StreamPartLength, false, cancellationToken);
            if (read > 0)
            {
                objects.Add(await PutAsync(buffer.Memory[..read], cancellationToken));
            }
        } while (read == StreamPartLength);

        var length = objects.Sum(part => (long)part.PlainLength);
        return new StoredStreamParts(new StoredStream(length, [.. objects.Select(part => part.Id)]), objects);
    }

    /// <summary>
    /// A stored stream's bytes, forward only. Reading throws as <see cref="GetAsync"/>, also where the parts together
    /// are not as long as the stream was.
    /// </summary>
    public Stream OpenStream(StoredStream stream) => new StoredStreamReader(this, stream);

    /// <summary>The name of these bytes in this repository.</summary>
    internal ObjectId Identify(ReadOnlySpan<byte> plain) => codec.Identify(plain);

    /// <summary>Path of an object: the first two digits make 256 folders of bearable size.</summary>
    internal static string NameOf(ObjectId id)
    {
        var digits = id.ToString();
        return $"{Folder}/{digits[..2]}/{digits}";
    }

    internal static string MissingFrom(IBlobStore store, ObjectId id) =>
        $"object {id} is missing from {store.Location}";

    /// <summary>The object that has this very name.</summary>
    internal static bool TryParseName(string name, out ObjectId id) =>
        ObjectId.TryParse(name.AsSpan(name.LastIndexOf('/') + 1), out id) && name == NameOf(id);

    private async ValueTask<StoredObject> PutAloneAsync(
        ObjectId id,
        ReadOnlyMemory<byte> plain,
        TaskCompletionSource done,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // Another worker may have finished between the look at what is stored and the claim.
            if (storedLengths.TryGetValue(id, out var known))
            {
                return new StoredObject(id, plain.Length, known, IsNew: false);
            }

            var reused = await TryReuseAsync(id, cancellationToken);
            var length = reused ?? await WriteAsync(id, plain, cancellationToken);
            storedLengths[id] = length;
            return new StoredObject(id, plain.Length, length, IsNew: reused is null);
        }
        finally
        {
            underway.TryRemove(id, out _);
            done.SetResult();
        }
    }

    private async ValueTask<long?> TryReuseAsync(ObjectId id, CancellationToken cancellationToken)
    {
        if (await TryGetStoredLengthAsync(id, cancellationToken) is not { } length)
        {
            return null;
        }

        if (trusted.ContainsKey(id))
        {
            return length;
        }

        // Left by a run that was killed: a power loss can leave a whole name on torn bytes. Or of backups that are known to
        // be damaged: also bytes that were wrong when they were written do not pass.
        if (await TryReadStoredAsync(id, cancellationToken) is not { } stored)
        {
            return null;
        }

        try
        {
            using var plain = codec.Decode(id, stored);
            store.Adopt(NameOf(id));
            return plain.StoredLength;
        }
        catch (SuretyException e) when (e.Code == ErrorCode.ObjectDamaged)
        {
            return null;
        }
    }

    /// <summary>Null where it is gone, and where the disk cannot read it: what is written anew takes another place on it.</summary>
    private async ValueTask<byte[]?> TryReadStoredAsync(ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(NameOf(id), cancellationToken);
        }
        catch (SuretyException e)
            when (!e.IsOutage && e.Code is ErrorCode.RepositoryUnreadable or ErrorCode.RepositoryDamaged)
        {
            return null;
        }
    }

    private async ValueTask<long> WriteAsync(
        ObjectId id,
        ReadOnlyMemory<byte> plain,
        CancellationToken cancellationToken
    )
    {
        using var stored = codec.Encode(id, plain.Span);
        await store.WriteAsync(NameOf(id), stored.Memory, durable: false, cancellationToken);
        return stored.Memory.Length;
    }

    private async ValueTask<byte[]> ReadStoredAsync(ObjectId id, CancellationToken cancellationToken) =>
        await store.ReadAsync(NameOf(id), cancellationToken)
        ?? throw new SuretyException(
            ErrorCode.ObjectMissing,
            MissingFrom(store, id),
            "run: surety verify --all, which names the backups that it belongs to"
        )
        {
            Object = id.ToString(),
        };
}
