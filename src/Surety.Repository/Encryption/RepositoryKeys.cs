using Surety.Repository.Errors;
using Surety.Repository.Locks;
using Surety.Repository.Storage;

namespace Surety.Repository.Encryption;

/// <summary>
/// The keys that open an encrypted repository. Each wraps the same repository key, so they come and go without any data
/// being written again; there is always at least one.
/// </summary>
public sealed class RepositoryKeys : IDisposable
{
    private readonly IBlobStore store;
    private readonly TimeProvider clock;
    private readonly RepositoryKey? key;

    internal RepositoryKeys(IBlobStore store, TimeProvider clock, RepositoryKey? key, string? openedBy)
    {
        this.store = store;
        this.clock = clock;
        this.key = key;
        OpenedBy = openedBy;
    }

    /// <summary>Id of the key that opened the repository; null where it is not encrypted.</summary>
    public string? OpenedBy { get; }

    /// <summary>All keys, oldest first. One that is damaged does not hide the others.</summary>
    public async Task<KeyList> ListAsync(CancellationToken cancellationToken)
    {
        var found = await KeyFolder.ReadAsync(store, RequireKey().RepositoryId, cancellationToken);
        return new KeyList([.. found.Values.Select(Describe).OrderBy(k => k.CreatedAt)], found.Damaged);
    }

    /// <summary>
    /// Id of the key that an id or the beginning of one names, be it whole or damaged.
    /// <see cref="ErrorCode.KeyNotFound"/> where it fits none, or several.
    /// </summary>
    public async Task<string> FindAsync(string idOrPrefix, CancellationToken cancellationToken)
    {
        var keys = await ListAsync(cancellationToken);
        var fitting = keys.Select(key => key.Id)
            .Concat(keys.Damaged.Select(key => Path.GetFileNameWithoutExtension(key.Name)))
            .Where(id => id.StartsWith(idOrPrefix, StringComparison.Ordinal))
            .ToList();
        return fitting is [var only]
            ? only
            : throw new SuretyException(
                ErrorCode.KeyNotFound,
                fitting.Count == 0
                    ? $"no key of {store.Location} has the id {idOrPrefix}; nothing was changed"
                    : $"{fitting.Count} keys of {store.Location} begin with {idOrPrefix}; nothing was changed",
                "surety key list shows the ids"
            );
    }

    /// <summary>Throws <see cref="ErrorCode.RepositoryNotEncrypted"/> where there are no keys.</summary>
    public void RequireEncrypted() => _ = RequireKey();

    /// <summary>
    /// Adds a key, durable on return. Killed before, the repository has the keys that it had.
    /// </summary>
    public async Task<KeyDescription> AddAsync(NewKey added, CancellationToken cancellationToken)
    {
        var document = KeyDocument.Wrap(RequireKey(), added, clock.GetUtcNow());
        await KeyFolder.CreateAsync(store, document, cancellationToken);
        return Describe(document);
    }

    /// <summary>
    /// Removes a key, durable on return. <see cref="ErrorCode.LastKey"/> for the last one that is whole: nobody could
    /// open the repository any more. Who knew it and has a copy of its document still can: only the document goes.
    /// </summary>
    public async Task RemoveAsync(string id, ExclusiveAccess access, CancellationToken cancellationToken)
    {
        var keys = await ListAsync(cancellationToken);
        if (!keys.Any(other => other.Id != id))
        {
            throw new SuretyException(
                ErrorCode.LastKey,
                $"key {id} is the last one that opens {store.Location}; it was kept",
                "add another first: surety key add"
            )
            {
                Object = id,
            };
        }

        access.ThrowIfLost();
        await store.DeleteAsync(KeyDocument.NameOf(id), cancellationToken);
        await store.FlushAsync(cancellationToken);
    }

    public void Dispose() => key?.Dispose();

    private KeyDescription Describe(KeyDocument document) =>
        new(document.Id, document.Kind, document.Label, document.CreatedAt, IsCurrent: document.Id == OpenedBy);

    private RepositoryKey RequireKey() =>
        key
        ?? throw new SuretyException(
            ErrorCode.RepositoryNotEncrypted,
            $"{store.Location} is not encrypted: it has no keys; nothing was changed",
            "make an encrypted repository with 'surety init --encrypt', and back up into it"
        )
        {
            Object = store.Location,
        };
}
