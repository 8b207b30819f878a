using Surety.Core.Capture;
using Surety.Core.Postgres;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Storage.Local;
using Surety.Repository.Verify;
using Surety.Testing;
using Surety.Testing.Files;
using Surety.Testing.Storage;

namespace Surety.IntegrationTests.Faults;

/// <summary>
/// A repository in a folder, opened anew for each operation, whose every access a test can watch: so it strikes at known
/// moments without a hook in the product.
/// </summary>
internal sealed class FaultyFolder : IDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly TemporaryFolder? folder;

    public FaultyFolder()
        : this(null) { }

    public FaultyFolder(string? path)
    {
        folder = path is null ? new TemporaryFolder() : null;
        Path = path ?? folder!.Combine("repository");
    }

    public string Path { get; }

    /// <summary>Sees each access before and after, on the thread that makes it; an exception it returns is thrown.</summary>
    public Func<StoreCall, Exception?>? Watch { get; set; }

    public async Task<FaultyFolder> InitAsync()
    {
        using var store = LocalBlobStore.Create(Path, TimeProvider.System);
        await BackupRepository.InitAsync(store, TimeProvider.System, Never);
        return this;
    }

    public Task<Manifest> BackupAsync(ConnectionTarget source, int jobs = 2, OperationProgress? progress = null) =>
        UseAsync(r =>
            new SnapshotCapture(
                r,
                PostgresFixture.Locator,
                TimeProvider.System,
                progress ?? new OperationProgress()
            ).RunAsync(new CaptureOptions { Source = source, Jobs = jobs }, Never)
        );

    public Task<RestoreReport> RestoreAsync(string id, ConnectionTarget target) =>
        UseAsync(async r =>
            await new DatabaseRestore(r, PostgresFixture.Locator, new OperationProgress()).RunAsync(
                await r.Manifests.FindAsync(id, null, Never),
                new RestoreOptions { Target = target, Jobs = 2 },
                Never
            )
        );

    public Task<TableRestoreReport> RestoreTableAsync(string id, ConnectionTarget target, string table) =>
        UseAsync(async r =>
            await new TableRestore(r, PostgresFixture.Locator, new OperationProgress()).RunAsync(
                await r.Manifests.FindAsync(id, null, Never),
                new TableRestoreOptions
                {
                    Target = target,
                    Tables = [table],
                    Replace = true,
                },
                Never
            )
        );

    public Task<VerifyReport> VerifyAsync() =>
        UseAsync(r => new RepositoryVerification(r).RunAsync(null, null, 2, Never));

    /// <summary>As <c>surety verify --all</c>: what it found is known from then on.</summary>
    public Task VerifyAndMarkAsync() =>
        UseAsync(async r =>
        {
            var report = await new RepositoryVerification(r).RunAsync(null, null, 2, Never);
            await r.Marks.SetAsync(report.Marks(DateTimeOffset.UtcNow), Never);
            return report;
        });

    public Task<ManifestList> ListAsync() => UseAsync(r => r.Manifests.ListAsync(Never));

    public Task<BackupContents> ContentsAsync(Manifest manifest) =>
        UseAsync(r => r.Manifests.ReadContentsAsync(manifest, Never));

    /// <summary>Full paths of the objects that are there now.</summary>
    public string[] Objects() => FilesIn("objects");

    public string[] FilesIn(string name) =>
        System.IO.Path.Combine(Path, name) is var path && Directory.Exists(path)
            ? Directory.GetFiles(path, "*", SearchOption.AllDirectories)
            : [];

    public string PathOf(string blob) => System.IO.Path.Combine(Path, blob);

    public async Task<T> UseAsync<T>(Func<BackupRepository, Task<T>> work)
    {
        using var store = LocalBlobStore.Open(Path, TimeProvider.System);
        var watched = new FaultyBlobStore(store) { Fault = call => Watch?.Invoke(call) };
        return await work(await BackupRepository.OpenAsync(watched, TimeProvider.System, Never));
    }

    public void Dispose() => folder?.Dispose();
}
