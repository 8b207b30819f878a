using Surety.Core.Capture;
using Surety.Core.Postgres;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Storage.S3;
using Surety.Repository.Verify;
using Surety.Testing;
using Surety.Testing.Files;
using Surety.Testing.S3;

namespace Surety.IntegrationTests.S3;

/// <summary>A repository in a bucket, used from within the test and by processes, opened anew for each operation.</summary>
internal sealed class BackupBucket : IDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly S3Place place;
    private readonly TemporaryFolder folder = new();

    private BackupBucket(S3Service service) => place = service.NewPlace();

    public static async Task<BackupBucket> InitAsync(S3Service service)
    {
        var bucket = new BackupBucket(service);
        using var store = S3Service.Open(bucket.place);
        await BackupRepository.InitAsync(store, TimeProvider.System, Never);
        await bucket.WriteConfigurationAsync();
        return bucket;
    }

    public Task<Manifest> BackupAsync(ConnectionTarget source) =>
        UseAsync(r =>
            new SnapshotCapture(r, PostgresFixture.Locator, TimeProvider.System, new OperationProgress()).RunAsync(
                new CaptureOptions { Source = source, Jobs = 2 },
                Never
            )
        );

    public Task<RestoreReport> RestoreAsync(BackupId id, ConnectionTarget target) =>
        UseAsync(async r =>
            await new DatabaseRestore(r, PostgresFixture.Locator, new OperationProgress()).RunAsync(
                await r.Manifests.FindAsync($"{id}", null, Never),
                new RestoreOptions { Target = target, Jobs = 2 },
                Never
            )
        );

    public Task<VerifyReport> VerifyAsync(string? subset = null) =>
        UseAsync(r =>
            new RepositoryVerification(r)
            {
                Limits = new VerifyLimits { Subset = subset is null ? null : DataSubset.TryParse(subset) },
            }.RunAsync(null, null, 2, Never)
        );

    /// <summary>Takes the exclusive lock and gives it back: nobody holds another.</summary>
    public Task<bool> TakeExclusivelyAsync() =>
        UseAsync(async r =>
        {
            await using var exclusive = await r.Locks.AcquireExclusiveAsync("prune", Never);
            return true;
        });

    public Task<ManifestList> ListAsync() => UseAsync(r => r.Manifests.ListAsync(Never));

    public SuretyProcess Start(ConnectionTarget database, params string[] command) =>
        SuretyProcess.Start(database, "bucket", [.. command, "--config", folder.Combine("surety.yaml")]);

    public async Task<SuretyResult> RunAsync(ConnectionTarget database, params string[] command)
    {
        using var running = Start(database, command);
        return await running.EndAsync();
    }

    public async Task<T> UseAsync<T>(Func<BackupRepository, Task<T>> work)
    {
        using var store = S3Service.Open(place);
        return await work(await BackupRepository.OpenAsync(store, TimeProvider.System, Never));
    }

    public void Dispose() => folder.Dispose();

    private async Task WriteConfigurationAsync()
    {
        await File.WriteAllTextAsync(folder.Combine("key"), S3Service.Key);
        await File.WriteAllTextAsync(
            folder.Combine("surety.yaml"),
            $"""
            repositories:
              bucket:
                s3: {place.Location}
                endpoint: {place.Endpoint}
                access_key_file: key
                secret_key_file: key
            """
        );
    }
}
