using Surety.Repository.Copy;
using Surety.Repository.Errors;
using Surety.Repository.Storage;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;

namespace Surety.Tests.Prune;

/// <summary>A prune that is killed, fails or falls asleep at each of its operations, and backups that do so beside it.</summary>
public sealed class PruneFaultTests
{
    private static readonly TimeSpan OverTheLease = TimeSpan.FromMinutes(16);
    private static readonly int[] Reusing = [1, 3, 300, 301];

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
    public async Task A_killed_prune_leaves_every_backup_whole_and_the_next_one_finishes(
        FaultMoment moment,
        bool powerLoss
    )
    {
        var operations = await CountOperations();
        operations.ShouldBeGreaterThan(30);
        for (var operation = 1; operation <= operations; operation++)
        {
            for (var seed = 0; seed < (powerLoss ? 5 : 1); seed++)
            {
                var when = $"killed {moment} operation {operation}, seed {seed}";
                var made = await PrunedRepository.WithThreeBackupsAsync();
                var disk = new FaultyBlobStore(made.Memory);
                disk.KillAt(operation, moment);
                await Should.ThrowAsync<StoreKilledException>(() => made.PruneAsync(disk), when);
                disk.NextProcess();
                if (powerLoss)
                {
                    await disk.LosePowerAsync(new Random(seed));
                }

                await ShouldFinish(made, when);
            }
        }
    }

    [Theory]
    [InlineData(FaultMoment.Before)]
    [InlineData(FaultMoment.After)]
    public async Task A_store_that_fails_costs_a_prune_only(FaultMoment moment)
    {
        var operations = await CountOperations();
        for (var operation = 1; operation <= operations; operation++)
        {
            var made = await PrunedRepository.WithThreeBackupsAsync();
            var disk = new FaultyBlobStore(made.Memory)
            {
                Fault = call =>
                    call.Index == operation && call.Moment == moment
                        ? new SuretyException(ErrorCode.RepositoryUnwritable, "500")
                        : null,
            };
            try
            {
                await made.PruneAsync(disk);
            }
            catch (SuretyException e)
            {
                e.Message.ShouldContain("500");
            }

            await ShouldFinish(made, $"failed {moment} operation {operation}");
        }
    }

    [Fact]
    public async Task A_backup_that_sleeps_while_a_prune_deletes_what_it_reused_never_comes_to_exist()
    {
        var operations = await CountOperationsOfBackup();
        var refused = 0;
        for (var operation = 1; operation <= operations; operation++)
        {
            foreach (var moment in Enum.GetValues<FaultMoment>())
            {
                var made = await PrunedRepository.WithThreeBackupsAsync();
                var disk = new FaultyBlobStore(made.Memory);
                disk.Fault = call =>
                {
                    if (call.Index == operation && call.Moment == moment)
                    {
                        made.Clock.Sleep(OverTheLease);
                        made.PruneAsync().GetAwaiter().GetResult();
                    }

                    return null;
                };
                try
                {
                    await made.BackupAsync(disk, SampleBackup.Id(4), Reusing);
                }
                catch (SuretyException)
                {
                    refused++;
                    (await made.BackupsAsync()).ShouldNotContain(SampleBackup.Id(4));
                }

                await made.ShouldBeSoundAsync($"asleep {moment} operation {operation}");
            }
        }

        refused.ShouldBeGreaterThan(operations, "most of its operations are under the lock");
    }

    /// <summary>
    /// But for a sleep inside the very call that deletes an object, which no look at the lock can come after: see
    /// decision 0016.
    /// </summary>
    [Fact]
    public async Task A_prune_that_sleeps_while_a_backup_reuses_what_it_was_to_delete_stops()
    {
        var operations = await CountOperations();
        for (var operation = 1; operation <= operations; operation++)
        {
            foreach (var moment in Enum.GetValues<FaultMoment>())
            {
                var made = await PrunedRepository.WithThreeBackupsAsync();
                var slept = false;
                var disk = new FaultyBlobStore(made.Memory);
                disk.Fault = call =>
                {
                    var deletes = call.Verb == "delete" && call.Name.StartsWith("objects/", StringComparison.Ordinal);
                    if (call.Index == operation && call.Moment == moment && !(deletes && moment == FaultMoment.Before))
                    {
                        slept = true;
                        made.Clock.Sleep(OverTheLease);
                        made.BackupAsync(made.Memory, SampleBackup.Id(4), Reusing).GetAwaiter().GetResult();
                    }

                    return null;
                };
                try
                {
                    await made.PruneAsync(disk);
                }
                catch (SuretyException e)
                {
                    e.Code.ShouldBe(ErrorCode.RepositoryLocked);
                }

                var when = $"asleep {moment} operation {operation}";
                (await made.BackupsAsync()).Contains(SampleBackup.Id(4)).ShouldBe(slept, when);
                await made.ShouldBeSoundAsync(when);
            }
        }
    }

    /// <summary>Who lost the race for the lock tries again, as <c>--wait</c> does.</summary>
    [Fact]
    public async Task No_needed_object_disappears_in_200_races_of_backups_copies_prunes_and_verifications()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var made = await PrunedRepository.WithThreeBackupsAsync();
            var chance = new Random(seed);
            var racers = new List<Task>();
            foreach (var number in new[] { 4, 5 })
            {
                var (store, chunks) = (Uneven(made, chance), Chunks(chance));
                racers.Add(Task.Run(() => Insist(() => made.BackupAsync(store, SampleBackup.Id(number), chunks))));
            }

            for (var prune = 0; prune < 2; prune++)
            {
                var (store, keep) = (Uneven(made, chance), chance.Next(1, 3));
                racers.Add(Task.Run(() => Insist(() => made.PruneAsync(store, keep))));
            }

            var elsewhere = await PrunedRepository.InitAsync();
            await elsewhere.BackupAsync(elsewhere.Memory, SampleBackup.Id(6), Chunks(chance));
            var (into, outOf) = (Uneven(made, chance), Uneven(made, chance));
            racers.Add(Task.Run(() => Insist(() => CopyAsync(elsewhere, elsewhere.Memory, made, into))));
            racers.Add(Task.Run(() => Insist(() => CopyAsync(made, outOf, elsewhere, elsewhere.Memory))));
            racers.Add(Task.Run(() => Insist(() => made.ShouldBeSoundAsync($"during race {seed}"))));
            await Task.WhenAll(racers);

            await made.ShouldBeSoundAsync($"after race {seed}");
            await elsewhere.ShouldBeSoundAsync($"after race {seed}, where backups were copied to");
            (await made.BackupsAsync()).ShouldContain(SampleBackup.Id(6), $"race {seed}");
            (await made.PruneAsync()).Objects.Missing.ShouldBe(0, $"race {seed}");
        }
    }

    /// <summary>What was forgotten since it was listed cannot be copied any more, and is not copied by half.</summary>
    private static async Task CopyAsync(PrunedRepository from, IBlobStore read, PrunedRepository to, IBlobStore written)
    {
        var source = await from.OpenAsync(read);
        var backups = await source.Manifests.ListAsync(CancellationToken.None);
        try
        {
            var copy = new BackupCopy(source, await to.OpenAsync(written), to.Clock, progress: null);
            await copy.RunAsync(backups, jobs: 2, _ => { }, CancellationToken.None);
        }
        catch (SuretyException e) when (e.Code == ErrorCode.BackupNotFound)
        {
            // Forgotten between the list and the lock.
        }
    }

    private static int[] Chunks(Random chance) => [.. Enumerable.Range(0, 4).Select(_ => chance.Next(1, 8))];

    /// <summary>Each operation takes a time of its own, so that the racers meet everywhere.</summary>
    private static FaultyBlobStore Uneven(PrunedRepository made, Random chance)
    {
        var own = new Random(chance.Next());
        return new FaultyBlobStore(made.Memory)
        {
            Fault = _ =>
            {
                lock (own)
                {
                    Thread.SpinWait(own.Next(2000));
                }

                return null;
            },
        };
    }

    private static async Task Insist(Func<Task> work)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (SuretyException e) when (e.Code == ErrorCode.RepositoryLocked)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<int> CountOperations()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        var disk = new FaultyBlobStore(made.Memory);
        await made.PruneAsync(disk);
        return disk.Operations;
    }

    private static async Task<int> CountOperationsOfBackup()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        var disk = new FaultyBlobStore(made.Memory);
        await made.BackupAsync(disk, SampleBackup.Id(4), Reusing);
        return disk.Operations;
    }

    private static async Task ShouldFinish(PrunedRepository made, string when)
    {
        made.Clock.Sleep(OverTheLease);
        await made.ShouldBeSoundAsync(when);
        (await made.BackupsAsync()).ShouldContain(SampleBackup.Id(3), when);
        await made.PruneAsync();
        made.Clock.Sleep(TimeSpan.FromDays(1));
        await made.PruneAsync();
        await made.ShouldBeSoundAsync($"{when}, and pruned again");
        (await made.BackupsAsync()).ShouldBe([SampleBackup.Id(3)], when);
        var objects = await made.Memory.ListAsync("objects/", CancellationToken.None).CountAsync();
        objects.ShouldBe(6, $"{when}: four chunks, a schema, contents");
    }
}
