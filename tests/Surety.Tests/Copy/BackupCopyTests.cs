using Surety.Repository.Copy;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Objects;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;
using static Surety.Tests.Copy.CopyPlace;

namespace Surety.Tests.Copy;

/// <summary>Copies between every two kinds of repositories.</summary>
public sealed class BackupCopyTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [MemberData(nameof(CopyPlace.Kinds), MemberType = typeof(CopyPlace))]
    public async Task A_copy_is_the_backup_under_the_names_and_the_key_of_the_target(
        bool fromEncrypted,
        bool toEncrypted
    )
    {
        var source = await CopyPlace.NewAsync(fromEncrypted);
        var target = await CopyPlace.NewAsync(toEncrypted);
        var backup = await source.BackUpAsync(1, Shared, OnlyFirst);

        var copied = await CopyAsync(source, target, backup);

        var there = await target.Repository.Manifests.FindAsync("latest", null, Never);
        copied.ShouldHaveSingleItem().Manifest.Id.ShouldBe(backup.Id);
        there.Description.ShouldBe(backup.Description);
        there.Source.ShouldBe(backup.Source);
        (await target.ChunksAsync(there)).ShouldBe([Shared, OnlyFirst]);
        there.Contents.Parts.Equals(backup.Contents.Parts).ShouldBeFalse();
        (await target.FindDamageAsync()).ShouldBeEmpty();
        var record = (await target.Repository.Journal.ReadAllAsync(Never)).Records.ShouldHaveSingleItem();
        (record.Operation, record.Backup).ShouldBe((JournalRecord.ReceiveOperation, backup.Id));
    }

    [Theory]
    [MemberData(nameof(CopyPlace.Kinds), MemberType = typeof(CopyPlace))]
    public async Task The_next_backup_brings_only_what_is_new_in_it_and_nothing_else_is_read(
        bool fromEncrypted,
        bool toEncrypted
    )
    {
        var source = await CopyPlace.NewAsync(fromEncrypted);
        var target = await CopyPlace.NewAsync(toEncrypted);
        await CopyAsync(source, target, await source.BackUpAsync(1, Shared, OnlyFirst));
        var second = await source.BackUpAsync(2, Shared, OnlySecond);
        var read = new List<string>();
        source.Faulty.Fault = call => Note(read, call, "read");

        var copied = await CopyAsync(source, target, second);

        var shared = (await source.Repository.Manifests.ReadContentsAsync(second, Never)).Tables[0].Chunks[0].Object;
        read.ShouldNotContain(name => name.EndsWith($"{shared}", StringComparison.Ordinal));
        copied.ShouldHaveSingleItem().NewObjects.ShouldBe(2, "the one chunk and the contents");
        (await target.ChunksAsync(second)).ShouldBe([Shared, OnlySecond]);
    }

    [Fact]
    public async Task What_is_there_already_is_left_as_it_is()
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var target = await CopyPlace.NewAsync(encrypted: true);
        var backup = await source.BackUpAsync(1, Shared);
        await CopyAsync(source, target, backup);
        var written = new List<string>();
        target.Faulty.Fault = call => Note(written, call, "write", "create");

        var copied = await CopyAsync(source, target, backup);

        copied.ShouldHaveSingleItem().Outcome.ShouldBe(CopyOutcome.Present);
        written.ShouldAllBe(name => name.StartsWith("locks/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_copy_whose_record_was_not_written_is_recorded_by_the_next_one()
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var target = await CopyPlace.NewAsync(encrypted: false);
        var backup = await source.BackUpAsync(1, Shared);
        target.Faulty.Fault = call =>
            call.Name.StartsWith("journal/", StringComparison.Ordinal) ? new IOException("no") : null;
        await Should.ThrowAsync<IOException>(() => CopyAsync(source, target, backup));
        target.Faulty.Fault = null;

        await CopyAsync(source, target, backup);
        await CopyAsync(source, target, backup);

        var records = (await target.Repository.Journal.ReadAllAsync(Never)).Records;
        records.ShouldHaveSingleItem().Backup.ShouldBe(backup.Id);
    }

    [Fact]
    public async Task Another_backup_of_the_same_id_is_refused_and_kept()
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var target = await CopyPlace.NewAsync(encrypted: false);
        var backup = await source.BackUpAsync(1, Shared);
        var other = await SampleBackup.CommitAsync(target.Repository, backup.Id, [OnlyFirst], database: "another");

        var failure = await Should.ThrowAsync<SuretyException>(() => CopyAsync(source, target, backup));

        failure.Code.ShouldBe(ErrorCode.BackupConflict);
        (await target.Repository.Manifests.FindAsync("latest", null, Never)).Database.ShouldBe(other.Database);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task A_damaged_object_keeps_its_backup_from_being_copied_and_no_other(int wholeOne, int hurtOne)
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var target = await CopyPlace.NewAsync(encrypted: false);
        var whole = await source.BackUpAsync(wholeOne, Shared);
        var hurt = await source.BackUpAsync(hurtOne, Shared, OnlySecond);
        var chunk = (await source.Repository.Manifests.ReadContentsAsync(hurt, Never)).Tables[0].Chunks[1].Object;
        await source.Memory.WriteAsync(ObjectStore.NameOf(chunk), new byte[100], true, Never);

        var failure = await Should.ThrowAsync<SuretyException>(() => CopyAsync(source, target, hurt, whole));

        failure.Code.ShouldBe(ErrorCode.ObjectDamaged);
        failure.Message.ShouldEndWith($"; backup {hurt.Id} was not copied");
        (await target.Repository.Manifests.ListAsync(Never)).ShouldHaveSingleItem().Id.ShouldBe(whole.Id);
        (await target.FindDamageAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_target_keeps_damaged_is_found_before_the_backup_exists_there()
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var target = await CopyPlace.NewAsync(encrypted: false);
        var backup = await source.BackUpAsync(1, Shared);
        target.DamageWhatIsWritten(name => name.StartsWith("objects/", StringComparison.Ordinal));

        var failure = await Should.ThrowAsync<SuretyException>(() => CopyAsync(source, target, backup));

        failure.Code.ShouldBe(ErrorCode.ObjectDamaged);
        (await target.Repository.Manifests.ListAsync(Never)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_backup_that_was_not_copied_left_is_read_back_before_another_uses_it()
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var target = await CopyPlace.NewAsync(encrypted: false);
        var hurt = await source.BackUpAsync(1, Shared, OnlyFirst);
        var whole = await source.BackUpAsync(2, Shared);
        var chunks = (await source.Repository.Manifests.ReadContentsAsync(hurt, Never)).Tables[0].Chunks;
        await source.Memory.DeleteAsync(ObjectStore.NameOf(chunks[1].Object), Never);
        target.DamageWhatIsWritten(name => name.EndsWith($"{chunks[0].Object}", StringComparison.Ordinal));

        var failure = await Should.ThrowAsync<SuretyException>(() => CopyAsync(source, target, hurt, whole));

        failure.Message.ShouldEndWith($"; 2 backups were not copied, the first is {hurt.Id}");
        (await target.Repository.Manifests.ListAsync(Never)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_did_not_arrive_is_told_as_that_and_not_as_missing()
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var target = await CopyPlace.NewAsync(encrypted: false);
        var backup = await source.BackUpAsync(1, Shared);
        var lost = new List<string>();
        // As a store whose writes go on behind their writer: the barrier tells.
        target.Faulty.Fault = call =>
        {
            if (call is { Verb: "write", Moment: FaultMoment.After })
            {
                lost.Add(call.Name);
                target.Memory.DeleteAsync(call.Name, Never).AsTask().Wait();
            }

            return call.Verb == "flush" && lost.Count > 0
                ? new SuretyException(ErrorCode.DiskFull, "no space is left")
                : null;
        };

        var failure = await Should.ThrowAsync<SuretyException>(() => CopyAsync(source, target, backup));

        failure.Code.ShouldBe(ErrorCode.DiskFull);
    }

    [Fact]
    public async Task Contents_that_do_not_fit_name_nothing()
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var target = await CopyPlace.NewAsync(encrypted: true);
        await source.BackUpAsync(1, Shared, OnlyFirst);
        await target.BackUpAsync(1, OnlyFirst, Shared);
        var second = await source.BackUpAsync(2, Shared, OnlySecond);

        await CopyAsync(source, target, second);

        (await target.ChunksAsync(second)).ShouldBe([Shared, OnlySecond]);
    }

    [Theory]
    [MemberData(nameof(CopyPlace.Kinds), MemberType = typeof(CopyPlace))]
    public async Task A_killed_copy_leaves_whole_backups_only_and_the_next_one_goes_on(
        bool fromEncrypted,
        bool toEncrypted
    )
    {
        var source = await CopyPlace.NewAsync(fromEncrypted);
        var first = await source.BackUpAsync(1, Shared, OnlyFirst);
        var second = await source.BackUpAsync(2, Shared, OnlySecond);
        await KillEverywhereAsync(
            source,
            () => CopyPlace.NewAsync(toEncrypted),
            async (next, when) =>
            {
                (await next.FindDamageAsync()).ShouldBeEmpty(when);
                await CopyAsync(source, next, first, second);
                (await next.Repository.Manifests.ListAsync(Never)).Count.ShouldBe(2);
                (await next.FindDamageAsync()).ShouldBeEmpty();
            },
            first,
            second
        );
    }
}
