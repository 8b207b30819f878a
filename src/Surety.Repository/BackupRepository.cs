using System.Security.Cryptography;
using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Objects;
using Surety.Repository.Storage;

namespace Surety.Repository;

/// <summary>
/// Where backups live. Open one for each operation: its <see cref="Objects"/> remember what that operation stored.
/// </summary>
public sealed class BackupRepository
{
    private const int IdBits = 128;

    /// <summary>How to get the data back, for somebody who has the folder and nothing else.</summary>
    private const string LeafletName = "RECOVER.md";

    private BackupRepository(IBlobStore store, TimeProvider clock, RepositoryInfo info, OperationOrigin origin)
    {
        Store = store;
        Info = info;
        Objects = new ObjectStore(store, new ObjectCodec());
        Manifests = new ManifestStore(store, Objects);
        Forgotten = new ForgottenManifests(store);
        Journal = new OperationJournal(store, origin);
        Marks = new MarkStore(store);
        Locks = new LockManager(store, clock, LockHolder.ThisProcess());
    }

    public RepositoryInfo Info { get; }

    public IBlobStore Store { get; }

    public ObjectStore Objects { get; }

    public ManifestStore Manifests { get; }

    public ForgottenManifests Forgotten { get; }

    public OperationJournal Journal { get; }

    public MarkStore Marks { get; }

    public LockManager Locks { get; }

    /// <summary>
    /// Makes a repository in an empty store. <see cref="ErrorCode.RepositoryExists"/> where there is one;
    /// <see cref="ErrorCode.TargetNotEmpty"/> where there is something else.
    /// </summary>
    public static async Task<BackupRepository> InitAsync(
        IBlobStore store,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (await store.GetLengthAsync(RepositoryInfo.Name, cancellationToken) is not null)
        {
            throw Exists(store);
        }

        await RequireEmptyAsync(store, cancellationToken);
        var id = RandomNumberGenerator.GetHexString(IdBits / 4, lowercase: true);
        var info = new RepositoryInfo(id, Envelope.Format, clock.GetUtcNow());
        if (!await store.TryCreateAsync(RepositoryInfo.Name, info.ToDocument(), cancellationToken))
        {
            throw Exists(store);
        }

        // After surety.json: killed in between, it is a repository without a leaflet, not a folder that init refuses.
        await store.WriteAsync(LeafletName, ReadLeaflet(), durable: true, cancellationToken);
        return new BackupRepository(store, clock, info, OperationOrigin.ThisProcess(command: null));
    }

    /// <summary>
    /// Opens a repository. <see cref="ErrorCode.RepositoryNotFound"/> where there is none,
    /// <see cref="ErrorCode.RepositoryFormatUnknown"/> where this Surety does not know its format, and
    /// <see cref="ErrorCode.RepositoryDamaged"/> where <c>surety.json</c> is not what was written.
    /// </summary>
    public static Task<BackupRepository> OpenAsync(
        IBlobStore store,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) => OpenAsync(store, clock, OperationOrigin.ThisProcess(command: null), cancellationToken);

    /// <summary>As the other, for operations whose records in the journal name <paramref name="origin"/>.</summary>
    public static async Task<BackupRepository> OpenAsync(
        IBlobStore store,
        TimeProvider clock,
        OperationOrigin origin,
        CancellationToken cancellationToken
    )
    {
        var document =
            await store.ReadAsync(RepositoryInfo.Name, cancellationToken)
            ?? throw new SuretyException(
                ErrorCode.RepositoryNotFound,
                $"{store.Location} is not a repository: it has no {RepositoryInfo.Name}",
                "check the path, or make a repository there with: surety init"
            )
            {
                Object = store.Location,
            };
        return new BackupRepository(store, clock, RepositoryInfo.FromDocument(document), origin);
    }

    /// <summary>
    /// The objects of this repository for reading, and a place for others beside it: what is put and not here already
    /// goes into <paramref name="scratch"/>, and is as durable as that is.
    /// </summary>
    public ObjectStore OpenOverlay(IBlobStore scratch) => new(new OverlayStore(scratch, Store), new ObjectCodec());

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
