using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Objects;
using Surety.Repository.Prune;
using Surety.Repository.Retention;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;

namespace Surety.Tests.Prune;

public sealed class PruneTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly BackupId First = SampleBackup.Id(1);
    private static readonly BackupId Second = SampleBackup.Id(2);
    private static readonly BackupId Third = SampleBackup.Id(3);

    [Fact]
    public async Task A_forgotten_backup_can_be_brought_back_as_it_was_until_its_grace_is_over()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        var before = await made.Memory.ReadAsync($"backups/{First}.json", Never);

        var plan = await made.PruneAsync(grace: TimeSpan.FromDays(7));

        plan.Forgets.Select(manifest => manifest.Id).ShouldBe([Second, First]);
        plan.Objects.Deleted.Count.ShouldBe(0);
        plan.Objects.AfterGrace.Count.ShouldBe(6, "four chunks and two contents that the third does not name");
        (await made.BackupsAsync()).ShouldBe([Third]);
        (await (await made.OpenAsync()).Forgotten.ListAsync(Never))
            .Backups.Select(backup => backup.Manifest.Id)
            .ShouldBe([First, Second]);
        await made.ShouldBeSoundAsync("forgotten");

        made.Clock.Sleep(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await made.PruneAsync(grace: TimeSpan.FromDays(7))).Removes.ShouldBeEmpty();
        await BringBack(made, "20261120T171401Z");

        (await made.Memory.ReadAsync($"backups/{First}.json", Never)).ShouldBe(before);
        (await made.BackupsAsync()).ShouldBe([First, Third]);
        await made.ShouldBeSoundAsync("brought back");
    }

    [Fact]
    public async Task What_only_forgotten_backups_need_goes_when_their_time_is_over_and_nothing_else()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        await made.MarkAsync(First, BackupMark.Verified, passed: true);
        await made.PruneAsync(grace: TimeSpan.FromDays(7));
        made.Clock.Sleep(TimeSpan.FromDays(7));

        var plan = await made.PruneAsync(grace: TimeSpan.FromDays(7));

        plan.Removes.Select(backup => backup.Id).Order().ShouldBe([First, Second]);
        plan.Objects.Deleted.Count.ShouldBe(6);
        plan.Objects.Missing.ShouldBe(0);
        foreach (
            var (chunk, stays) in new[] { (1, false), (2, false), (3, true), (4, true), (100, true), (201, false) }
        )
        {
            (await made.HasChunkAsync(chunk)).ShouldBe(stays, $"chunk {chunk}");
        }

        (await made.Memory.ListAsync("marks/", Never).CountAsync()).ShouldBe(0);
        (await made.Memory.ListAsync("forgotten/", Never).CountAsync()).ShouldBe(0);
        (await made.Memory.ListAsync("locks/", Never).CountAsync()).ShouldBe(0);
        await made.ShouldBeSoundAsync("pruned");
        (await made.PruneAsync()).Objects.Deleted.Count.ShouldBe(0, "nothing is left to do");
    }

    [Fact]
    public async Task Without_rules_no_backup_goes_and_of_what_none_needs_only_what_is_a_day_old()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        var killed = await made.OpenAsync();
        await killed.Objects.PutAsync(PrunedRepository.Chunk(300), Never);
        await made.Memory.WriteAsync("objects/ab/notes.txt", "mine"u8.ToArray(), durable: true, Never);

        var young = await made.PruneAsync(keepLast: null);

        young.Objects.TooYoung.Count.ShouldBe(1);
        young.Objects.Deleted.Count.ShouldBe(0);
        made.Clock.Sleep(TimeSpan.FromDays(1));
        (await made.PruneAsync(keepLast: null)).Objects.Deleted.Count.ShouldBe(1);
        (await made.HasChunkAsync(300)).ShouldBeFalse();
        (await made.BackupsAsync()).Count.ShouldBe(3);
        (await made.Memory.GetLengthAsync("objects/ab/notes.txt", Never)).ShouldNotBeNull("it is none of Surety's");
    }

    [Fact]
    public async Task Nobody_knows_what_a_damaged_manifest_needs_so_nothing_goes()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        await made.Memory.WriteAsync($"backups/{First}.json", "{}"u8.ToArray(), durable: true, Never);

        var error = await ShouldRefuse(made);

        error.Message.ShouldBe(
            $"backups/{First}.json cannot be read, so nobody knows what that backup needs: backups/{First}.json is "
                + "damaged: it says no format; nothing was deleted"
        );
        error.Hint!.ShouldEndWith($"or give the backup up: surety forget {First}");
        await Forget(made, First);
        (await ShouldRefuse(made, TimeSpan.FromDays(7))).Message.ShouldContain(
            $"forgotten/{First}.json cannot be read"
        );
        await made.PruneAsync();
        await made.ShouldBeSoundAsync("given up");
    }

    [Fact]
    public async Task A_backup_that_is_missing_or_not_listed_stops_the_prune_until_it_is_given_up()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        var stale = new FaultyBlobStore(made.Memory) { Unlisted = name => name == $"backups/{Second}.json" };

        var error = await ShouldRefuse(made, store: stale);

        error.Message.ShouldBe(
            $"1 of the journal's backups are gone and nobody forgot them, the first is {Second}; nothing was deleted"
        );
        await made.Memory.DeleteAsync($"backups/{Second}.json", Never);
        await ShouldRefuse(made);
        await Forget(made, Second);
        await made.PruneAsync();
        await made.ShouldBeSoundAsync("given up");
    }

    [Fact]
    public async Task Contents_that_cannot_be_read_stop_the_prune()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        var repository = await made.OpenAsync();
        var third = await repository.Manifests.FindAsync($"{Third}", null, Never);
        await made.Memory.DeleteAsync(ObjectStore.NameOf(third.Contents.Parts[0]), Never);

        var error = await ShouldRefuse(made);

        error.Code.ShouldBe(ErrorCode.ObjectMissing);
        error.Message.ShouldStartWith($"what backup {Third} needs cannot be read: object ");
    }

    [Fact]
    public async Task Objects_without_any_backup_are_left_alone()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        foreach (var folder in new[] { "backups/", "journal/" })
        {
            foreach (var blob in await made.Memory.ListAsync(folder, Never).ToListAsync())
            {
                await made.Memory.DeleteAsync(blob.Name, Never);
            }
        }

        (await ShouldRefuse(made)).Message.ShouldBe(
            "memory holds objects and not one backup, so nobody knows what they are for; nothing was deleted"
        );
    }

    [Fact]
    public async Task What_nobody_agreed_to_stays()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        var options = new PruneOptions
        {
            RulesOf = _ => new RetentionRules { Last = 1 },
            Grace = TimeSpan.Zero,
            Agreed = new HashSet<BackupId> { First },
        };

        await made.PruneAsync(options);

        (await made.BackupsAsync()).ShouldBe([Second, Third]);
    }

    [Fact]
    public async Task A_plan_is_executed_once_and_never_without_exclusive_access()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        var repository = await made.OpenAsync();
        var planning = new PrunePlanning(
            repository,
            new PruneOptions { RulesOf = _ => new RetentionRules { Last = 1 } }
        );
        var looked = await planning.LookAsync(made.Clock, Never);
        await Should.ThrowAsync<InvalidOperationException>(() => looked.ExecuteAsync(made.Clock, 1, null, Never));
        await using var access = await repository.Locks.AcquireExclusiveAsync("prune", Never);
        var plan = await planning.MakeAsync(access, Never);
        await plan.ExecuteAsync(made.Clock, 1, null, Never);

        await Should.ThrowAsync<InvalidOperationException>(() => plan.ExecuteAsync(made.Clock, 1, null, Never));
    }

    [Fact]
    public async Task A_pinned_backup_and_the_newest_are_not_forgotten_by_name_either()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        await made.MarkAsync(First, BackupMark.Pinned, passed: true);
        await made.MarkAsync(Second, BackupMark.Drilled, passed: true);

        (await ShouldProtect(made, First)).ShouldBe(
            $"backup {First} is not forgotten: it is pinned; nothing was changed"
        );
        (await ShouldProtect(made, Second)).ShouldContain("it is the newest proven by a drill of shop");
        (await ShouldProtect(made, Third)).ShouldContain("it is the newest of shop");
        await made.MarkAsync(First, BackupMark.Pinned, passed: false);
        await Forget(made, First);
        await Forget(made, Second, allowNewest: true);
        (await made.BackupsAsync()).ShouldBe([Third]);
    }

    private static async Task<string> ShouldProtect(PrunedRepository made, BackupId id)
    {
        var error = await Should.ThrowAsync<SuretyException>(() => Forget(made, id));
        error.Code.ShouldBe(ErrorCode.BackupProtected);
        return error.Message;
    }

    private static async Task<SuretyException> ShouldRefuse(
        PrunedRepository made,
        TimeSpan? grace = null,
        FaultyBlobStore? store = null
    )
    {
        var before = await made.Memory.ListAsync("", Never).Select(blob => blob.Name).Order().ToListAsync();
        var error = await Should.ThrowAsync<SuretyException>(() => made.PruneAsync(store, grace: grace));
        (await made.Memory.ListAsync("", Never).Select(blob => blob.Name).Order().ToListAsync()).ShouldBe(before);
        return error;
    }

    private static async Task Forget(PrunedRepository made, BackupId id, bool allowNewest = false)
    {
        var repository = await made.OpenAsync();
        var backups = await new ForgettableBackups(repository, allowNewest).FindAsync([$"{id}"], null, Never);
        await using var access = await repository.Locks.AcquireExclusiveAsync("forget", Never);
        await new Forgetting(repository, made.Clock).ForgetAsync(
            backups.Select(backup => (backup.Id, backup.Database)),
            "asked for",
            access,
            Never
        );
    }

    private static async Task BringBack(PrunedRepository made, string id)
    {
        var repository = await made.OpenAsync();
        await using var access = await repository.Locks.AcquireExclusiveAsync("unforget", Never);
        var manifest = await repository.Forgotten.FindAsync(id, Never);
        await new Forgetting(repository, made.Clock).BringBackAsync(manifest, access, Never);
    }
}
