using System.Globalization;
using Surety.Core.Configuration;
using Surety.Repository;
using Surety.Repository.Encryption;
using Surety.Repository.Journal;
using Surety.Repository.Storage;
using Surety.Repository.Storage.S3;

namespace Surety.Core.Diagnosis;

/// <summary>The repository: reachable, of a known format, with space left, and with backups that are not too old.</summary>
internal sealed class RepositoryCheck(Findings findings, TimeProvider clock)
{
    private const string Subject = "repository";

    // A backup grows the repository by its new bytes at most; under this, the next one may fail.
    private const long LittleSpace = 1_000_000_000;
    private static readonly TimeSpan Old = TimeSpan.FromHours(25);

    /// <param name="find">Which repository is meant.</param>
    /// <param name="keyOf">Where its key comes from.</param>
    /// <param name="database">Whose newest backup counts; null for that of any.</param>
    public Task RunAsync(
        Func<RepositorySetting> find,
        Func<RepositorySetting, IKeySource> keyOf,
        string? database,
        CancellationToken cancellationToken
    ) =>
        findings.TryAsync(
            Subject,
            async () =>
            {
                var setting = find();
                using var store = setting.Place.Open(clock);
                using var repository = await BackupRepository.OpenAsync(
                    store,
                    clock,
                    keyOf(setting),
                    OperationOrigin.ThisProcess(command: null),
                    cancellationToken
                );
                var encrypted = repository.Info.Encryption is null ? "not encrypted" : "encrypted";
                findings.Ok(Subject, $"{store.Location}, format {repository.Info.Format}, {encrypted}");
                if (setting.Place is FolderPlace folder)
                {
                    CheckSpace(folder.Path);
                }
                else if (store is S3BlobStore bucket)
                {
                    await CheckBucketAsync(bucket, cancellationToken);
                }

                await CheckBackupsAsync(repository, database, cancellationToken);
                await CheckLocksAsync(repository, cancellationToken);
            }
        );

    private Task<bool> CheckBucketAsync(S3BlobStore bucket, CancellationToken cancellationToken) =>
        findings.TryAsync(
            "bucket",
            async () =>
            {
                await bucket.EnsureWritableAsync(cancellationToken);
                findings.Ok("bucket", "it answers, and these credentials may write");
            }
        );

    private void CheckSpace(string folder)
    {
        long free;
        try
        {
            free = new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            findings.Warning("disk space", $"how much is free cannot be told: {e.Message}");
            return;
        }

        var fact = string.Create(CultureInfo.InvariantCulture, $"{free / 1e9:0.0} GB free for the repository");
        if (free < LittleSpace)
        {
            findings.Warning("disk space", fact, "free some, or the next backup may fail");
        }
        else
        {
            findings.Ok("disk space", fact);
        }
    }

    private async Task CheckBackupsAsync(
        BackupRepository repository,
        string? database,
        CancellationToken cancellationToken
    )
    {
        var backups = await repository.Manifests.ListAsync(cancellationToken);
        foreach (var damaged in backups.Damaged)
        {
            findings.Problem(
                "backups",
                $"{damaged.Name} cannot be read: {damaged.Reason}",
                "surety verify --all shows all that is damaged; bring the file back from a copy of the repository"
            );
        }

        var of = database is null ? "" : $" of {database}";
        var newest = backups.LastOrDefault(b => database is null || b.Database == database);
        if (newest is null)
        {
            findings.Warning("backups", $"there is no backup{of} yet", "make one: surety backup");
            return;
        }

        var age = clock.GetUtcNow() - newest.CreatedAt;
        var fact = $"the newest backup{of} is {newest.Id}, {Age(age)} old";
        if (age > Old)
        {
            findings.Warning("backups", fact, "make one: surety backup");
        }
        else
        {
            findings.Ok("backups", fact);
        }
    }

    private async Task CheckLocksAsync(BackupRepository repository, CancellationToken cancellationToken)
    {
        foreach (var held in await repository.Locks.ListAsync(cancellationToken))
        {
            var since = held.Since.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
            var fact =
                $"{(held.Exclusive ? "exclusive lock" : "lock")} of {held.Holder}: {held.Operation}, since {since}";
            if (held.IsStale)
            {
                findings.Warning("locks", $"stale {fact}", "nothing to do: whom it keeps out, removes it");
            }
            else if (held.Exclusive)
            {
                findings.Warning("locks", fact, "a backup is refused until it ends");
            }
            else
            {
                findings.Ok("locks", fact);
            }
        }
    }

    private static string Age(TimeSpan age) =>
        age.TotalHours < 1 ? $"{(int)age.TotalMinutes} min"
        : age.TotalDays < 2 ? $"{(int)age.TotalHours} h"
        : $"{(int)age.TotalDays} days";
}
