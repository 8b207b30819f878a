using System.Security.Cryptography;
using Surety.Repository.Documents;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Objects;
using Surety.Repository.Storage;

namespace Surety.Repository;

/// <summary>
/// Where backups live. Open one for each operation: its <see cref="Objects"/> remember what that operation stored. Disposing
/// wipes its keys; the store stays open.
/// </summary>
public sealed class BackupRepository : IDisposable
{
    private const int IdBits = 128;

    /// <summary>How to get the data back, for somebody who has the folder and nothing else.</summary>
    internal const string LeafletName = "RECOVER.md";

    private readonly ObjectCodec codec;
    private readonly RepositoryCiphers? ciphers;

    private BackupRepository(
        IBlobStore store,
        TimeProvider clock,
        RepositoryInfo info,
        RepositoryKey? key,
        string? openedBy,
        OperationOrigin origin
    )
    {
        ciphers = key is null ? null : new RepositoryCiphers(key);
        codec = new ObjectCodec(ciphers?.Objects);
        var documents = new DocumentCodec(ciphers?.Documents);
        Store = store;
        Info = info;
        Objects = new ObjectStore(store, codec);
        Manifests = new ManifestStore(store, Objects, documents);
        Forgotten = new ForgottenManifests(store, Manifests);
        Journal = new OperationJournal(store, origin, documents);
        Marks = new MarkStore(store, documents);
        Locks = new LockManager(store, clock, LockHolder.ThisProcess());
        Keys = new RepositoryKeys(store, clock, key, openedBy);
        Documents = documents;
        Clock = clock;
    }

    public RepositoryInfo Info { get; }

    public IBlobStore Store { get; }

    public ObjectStore Objects { get; }

    public ManifestStore Manifests { get; }

    public ForgottenManifests Forgotten { get; }

    public OperationJournal Journal { get; }

    public MarkStore Marks { get; }

    public LockManager Locks { get; }

    /// <summary>Between documents of this repository and their bytes.</summary>
    internal DocumentCodec Documents { get; }

    internal TimeProvider Clock { get; }

    /// <summary>Who can open it, where it is encrypted.</summary>
    public RepositoryKeys Keys { get; }

    /// <summary>
    /// False where the store has no repository any more, which a listing alone would show as one without backups; or another
    /// one, which this one's key cannot read.
    /// </summary>
    public async Task<bool> IsStillThereAsync(CancellationToken cancellationToken) =>
        await Store.ReadAsync(RepositoryInfo.Name, cancellationToken) is { } document
        && RepositoryInfo.FromDocument(document).Id == Info.Id;

    /// <summary>
    /// Makes a repository in an empty store. <see cref="ErrorCode.RepositoryExists"/> where there is one;
    /// <see cref="ErrorCode.TargetNotEmpty"/> where there is something else.
    /// </summary>
    public static Task<BackupRepository> InitAsync(
        IBlobStore store,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) => InitAsync(store, clock, key: null, cancellationToken);

    /// <summary>As the other, encrypted and opened by <paramref name="key"/> where that is not null.</summary>
    public static async Task<BackupRepository> InitAsync(
        IBlobStore store,
        TimeProvider clock,
        NewKey? key,
        CancellationToken cancellationToken
    )
    {
        await RequireFreeAsync(store, cancellationToken);
        var id = RandomNumberGenerator.GetHexString(IdBits / 4, lowercase: true);
        var repositoryKey = key is null ? null : RepositoryKey.New(id);
        try
        {
            var encryption = repositoryKey is null
                ? null
                : new EncryptionInfo(EncryptionInfo.Aes256Gcm, repositoryKey.Check());
            var openedBy = await FirstKeyAsync(store, clock, repositoryKey, key, cancellationToken);
            var info = new RepositoryInfo(id, Envelope.Format, clock.GetUtcNow(), encryption);
            if (!await store.TryCreateAsync(RepositoryInfo.Name, info.ToDocument(), cancellationToken))
            {
                throw Exists(store);
            }

            // After surety.json: killed in between, it is a repository without a leaflet, not a folder that init refuses.
            await store.WriteAsync(LeafletName, ReadLeaflet(), durable: true, cancellationToken);
            var origin = OperationOrigin.ThisProcess(command: null);
            return new BackupRepository(store, clock, info, repositoryKey, openedBy, origin);
        }
        catch
        {
            repositoryKey?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes sure that a repository can be made in a store. Errors as <see cref="InitAsync(IBlobStore, TimeProvider,
    /// CancellationToken)"/>.
    /// </summary>
    public static async Task RequireFreeAsync(IBlobStore store, CancellationToken cancellationToken)
    {
        if (await store.GetLengthAsync(RepositoryInfo.Name, cancellationToken) is not null)
        {
            throw Exists(store);
        }

        await RequireEmptyAsync(store, cancellationToken);
    }

    /// <summary>
    /// Opens a repository that is not encrypted. <see cref="ErrorCode.RepositoryNotFound"/> where there is none,
    /// <see cref="ErrorCode.RepositoryFormatUnknown"/> where this Surety does not know its format, and
    /// <see cref="ErrorCode.RepositoryDamaged"/> where <c>surety.json</c> is not what was written.
    /// </summary>
    public static Task<BackupRepository> OpenAsync(
        IBlobStore store,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) => OpenAsync(store, clock, NoKey.Instance, OperationOrigin.ThisProcess(command: null), cancellationToken);

    /// <summary>
    /// As the other, encrypted or not, for operations whose records in the journal name <paramref name="origin"/>.
    /// <see cref="ErrorCode.WrongKey"/> where <paramref name="keys"/> has none that opens it;
    /// <see cref="ErrorCode.RepositoryNotEncrypted"/> where it has to be encrypted and is not.
    /// </summary>
    public static async Task<BackupRepository> OpenAsync(
        IBlobStore store,
        TimeProvider clock,
        IKeySource keys,
        OperationOrigin origin,
        CancellationToken cancellationToken
    )
    {
        var info = await ReadInfoAsync(store, cancellationToken);
        if (info.Encryption is not null)
        {
            var (key, openedBy) = await KeyFolder.OpenAsync(store, info, keys, cancellationToken);
            return new BackupRepository(store, clock, info, key, openedBy, origin);
        }

        return keys.RequiresEncryption
            ? throw NotEncrypted(store)
            : new BackupRepository(store, clock, info, key: null, openedBy: null, origin);
    }

    /// <summary>
    /// The objects of this repository for reading, and a place for others beside it: what is put and not here already
    /// goes into <paramref name="scratch"/>, encrypted where the repository is, and is as durable as that is.
    /// </summary>
    public ObjectStore OpenOverlay(IBlobStore scratch) => new(new OverlayStore(scratch, Store), codec);

    public void Dispose()
    {
        ciphers?.Dispose();
        Keys.Dispose();
    }

    private static async Task<RepositoryInfo> ReadInfoAsync(IBlobStore store, CancellationToken cancellationToken) =>
        RepositoryInfo.FromDocument(
            await store.ReadAsync(RepositoryInfo.Name, cancellationToken)
                ?? throw new SuretyException(
                    ErrorCode.RepositoryNotFound,
                    $"{store.Location} is not a repository: it has no {RepositoryInfo.Name}",
                    "check the path, or make a repository there with: surety init"
                )
                {
                    Object = store.Location,
                }
        );

    /// <summary>Before <c>surety.json</c>: an encrypted repository that exists always has a key that opens it.</summary>
    private static async Task<string?> FirstKeyAsync(
        IBlobStore store,
        TimeProvider clock,
        RepositoryKey? repositoryKey,
        NewKey? key,
        CancellationToken cancellationToken
    )
    {
        if (repositoryKey is null || key is null)
        {
            return null;
        }

        var document = KeyDocument.Wrap(repositoryKey, key, clock.GetUtcNow());
        await KeyFolder.CreateAsync(store, document, cancellationToken);
        return document.Id;
    }

    private static byte[] ReadLeaflet()
    {
        using var resource = typeof(BackupRepository).Assembly.GetManifestResourceStream(LeafletName)!;
        var leaflet = new byte[resource.Length];
        resource.ReadExactly(leaflet);
        return leaflet;
    }

    private static async Task RequireEmptyAsync(IBlobStore store, CancellationToken cancellationToken)
    {
        await foreach (var blob in store.ListAsync("", cancellationToken))
        {
            // Left by an encrypted init that was killed before surety.json; or of a repository that lost that file: kept.
            if (KeyDocument.IsName(blob.Name))
            {
                continue;
            }

            throw new SuretyException(
                ErrorCode.TargetNotEmpty,
                $"{store.Location} is not empty: it holds {blob.Name}; nothing was changed",
                "name a new or an empty folder for the repository"
            )
            {
                Object = store.Location,
            };
        }
    }

    private static SuretyException NotEncrypted(IBlobStore store) =>
        new(
            ErrorCode.RepositoryNotEncrypted,
            $"{store.Location} is not encrypted, and a key is configured for it; nothing was changed",
            "somebody may have put another repository in its place: look, before you take the key out of surety.yaml"
        )
        {
            Object = store.Location,
        };

    private static SuretyException Exists(IBlobStore store) =>
        new(
            ErrorCode.RepositoryExists,
            $"{store.Location} is a repository already; nothing was changed",
            "use it as it is, or name another folder"
        )
        {
            Object = store.Location,
        };
}
