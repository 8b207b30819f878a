using Surety.Core.Postgres.Tools;
using Surety.Repository;
using Surety.Repository.Objects;
using Surety.Repository.Storage.Local;

namespace Surety.Core.Compare.Differences;

/// <summary>
/// Objects beside those of a repository, in a temporary folder. Like a scratch server's, the folder goes with the
/// operation; what a killed one leaves, the next one removes.
/// </summary>
internal sealed class ScratchObjects : IDisposable
{
    private readonly ScratchFolder folder;
    private readonly LocalBlobStore store;

    private ScratchObjects(ScratchFolder folder, LocalBlobStore store, ObjectStore objects) =>
        (this.folder, this.store, Objects) = (folder, store, objects);

    /// <summary>The repository's objects and those put since.</summary>
    public ObjectStore Objects { get; }

    public static async Task<ScratchObjects> CreateAsync(
        BackupRepository repository,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await ScratchServer.RemoveAbandonedAsync(ScratchServer.DefaultParent, cancellationToken);
        var folder = ScratchFolder.Create(ScratchServer.DefaultParent);
        try
        {
            var store = LocalBlobStore.Create(Path.Combine(folder.Path, "objects"), clock);
            return new ScratchObjects(folder, store, repository.OpenOverlay(store));
        }
        catch
        {
            using (folder)
            {
                folder.Remove();
            }

            throw;
        }
    }

    public void Dispose()
    {
        store.Dispose();
        using (folder)
        {
            folder.Remove();
        }
    }
}
