using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Verify;
using Surety.Testing.Storage;
using Surety.Testing.Time;
using Surety.Tests.Manifests;
using Surety.Tests.Objects;

namespace Surety.Tests.Verify;

/// <summary>
/// A backup that is killed before and after each of its operations, with and without a power loss. Whatever happens,
/// what is listed is whole, and the next backup succeeds.
/// </summary>
public sealed class CrashTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly byte[][] Chunks = [.. Enumerable.Range(0, 4).Select(i => ObjectCodecTests.Random(200, i))];
    private readonly ManualTimeProvider clock = new();

    public static TheoryData<FaultMoment, bool> Crashes =>
        new()
        {
            { FaultMoment.Before, false },
            { FaultMoment.Before, true },
            { FaultMoment.After, false },
            { FaultMoment.After, true },
        };

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task A_killed_backup_leaves_only_whole_backups(FaultMoment moment, bool powerLoss)
    {
        var operations = await CountOperations();
        operations.ShouldBeGreaterThan(15);
        for (var operation = 1; operation <= operations; operation++)
        {
            for (var seed = 0; seed < (powerLoss ? 25 : 1); seed++)
            {
                var memory = await WithOneBackup();
                var disk = new FaultyBlobStore(memory);
                disk.KillAt(operation, moment);
                await Should.ThrowAsync<StoreKilledException>(() => Backup(disk, SampleBackup.Id(2)));
                if (powerLoss)
                {
                    await disk.LosePowerAsync(new Random(seed));
                }

                await ShouldHoldOnlyWholeBackups(memory, $"killed {moment} operation {operation}, seed {seed}");
                await ShouldTakeTheNextBackup(disk, memory, seed);
            }
        }
    }

    [Fact]
    public async Task A_backup_that_was_committed_survives_a_power_loss()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var memory = await WithOneBackup();
            var disk = new FaultyBlobStore(memory);
            await Backup(disk, SampleBackup.Id(2));
            await disk.LosePowerAsync(new Random(seed));

            await ShouldHoldOnlyWholeBackups(memory, $"seed {seed}");
            (await (await Open(memory)).Manifests.ListAsync(Never)).Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task A_backup_after_a_killed_one_reuses_its_objects()
    {
        var memory = await WithOneBackup();
        var disk = new FaultyBlobStore(memory);
        disk.Fault = call => call.Verb == "flush" ? new StoreKilledException() : null;
        await Should.ThrowAsync<StoreKilledException>(() => Backup(disk, SampleBackup.Id(2)));
        var next = await Open(disk.NextProcess());

        var again = await next.Objects.PutAsync(Chunks[3], Never);

        again.IsNew.ShouldBeFalse();
    }

    /// <summary>The second process may be hurt by a power loss too: then what the first left must have been adopted.</summary>
    private async Task ShouldTakeTheNextBackup(FaultyBlobStore killed, MemoryBlobStore memory, int seed)
    {
        var disk = killed.NextProcess();
        await Backup(disk, SampleBackup.Id(3));
        await disk.LosePowerAsync(new Random(seed + 1));

        await ShouldHoldOnlyWholeBackups(memory, $"next backup, seed {seed}");
        var latest = await (await Open(memory)).Manifests.FindAsync("latest", null, Never);
        latest.Id.ShouldBe(SampleBackup.Id(3));
    }

    private async Task ShouldHoldOnlyWholeBackups(MemoryBlobStore memory, string when)
    {
        var repository = await Open(memory);
        var list = await repository.Manifests.ListAsync(Never);
        list.Damaged.ShouldBeEmpty(when);
        list[0].Id.ShouldBe(SampleBackup.Id(1), when);
        var report = await new RepositoryVerification(repository).RunAsync(null, null, jobs: 1, Never);
        report.Damaged.ShouldBeEmpty(when);
        report.Backups.ShouldBe(list.Count, when);
    }

    private async Task<MemoryBlobStore> WithOneBackup()
    {
        var memory = new MemoryBlobStore(clock);
        var repository = await BackupRepository.InitAsync(memory, clock, Never);
        await SampleBackup.CommitAsync(repository, SampleBackup.Id(1), Chunks[..2]);
        return memory;
    }

    private async Task<int> CountOperations()
    {
        var disk = new FaultyBlobStore(await WithOneBackup());
        await Backup(disk, SampleBackup.Id(2));
        return disk.Operations;
    }

    /// <summary>As Core does it: the lock, trust in the last backup, objects, barrier, manifest.</summary>
    private async Task Backup(FaultyBlobStore disk, BackupId id)
    {
        var repository = await Open(disk);
        await using var held = await repository.Locks.AcquireSharedAsync("backup", Never);
        var latest = await repository.Manifests.FindAsync("latest", null, Never);
        var contents = await repository.Manifests.ReadContentsAsync(latest, Never);
        repository.Objects.Trust(NamedObjects.Of(latest, contents));
        await SampleBackup.CommitAsync(repository, id, Chunks[1..]);
    }

    private Task<BackupRepository> Open(Surety.Repository.Storage.IBlobStore store) =>
        BackupRepository.OpenAsync(store, clock, Never);
}
