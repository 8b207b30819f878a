using Surety.Repository;
using Surety.Repository.Copy;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Objects;
using Surety.Repository.Verify;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;
using Surety.Tests.Objects;

namespace Surety.Tests.Copy;

/// <summary>Copies between every two kinds of repositories.</summary>
public sealed class BackupCopyTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly byte[] Shared = ObjectCodecTests.Random(3000, seed: 1);
    private static readonly byte[] OnlyFirst = ObjectCodecTests.Random(2000, seed: 2);
    private static readonly byte[] OnlySecond = ObjectCodecTests.Random(1000, seed: 3);

    private const int SharedChunk = 0;

    public static TheoryData<bool, bool> Kinds =>
        new()
        {
            { false, false },
            { false, true },
            { true, false },
            { true, true },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_copy_is_the_backup_under_the_names_and_the_key_of_the_target(
        bool fromEncrypted,
        bool toEncrypted
    )
    {
        var source = await Place.NewAsync(fromEncrypted);
        var target = await Place.NewAsync(toEncrypted);
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
    [MemberData(nameof(Kinds))]
    public async Task The_next_backup_brings_only_what_is_new_in_it_and_nothing_else_is_read(
        bool fromEncrypted,
        bool toEncrypted
    )
    {
        var source = await Place.NewAsync(fromEncrypted);
        var target = await Place.NewAsync(toEncrypted);
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
        var source = await Place.NewAsync(encrypted: false);
        var target = await Place.NewAsync(encrypted: true);
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
        var source = await Place.NewAsync(encrypted: false);
        var target = await Place.NewAsync(encrypted: false);
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
        var source = await Place.NewAsync(encrypted: false);
        var target = await Place.NewAsync(encrypted: false);
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
        var source = await Place.NewAsync(encrypted: false);
        var target = await Place.NewAsync(encrypted: false);
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
        var source = await Place.NewAsync(encrypted: false);
        var target = await Place.NewAsync(encrypted: false);
        var backup = await source.BackUpAsync(1, Shared);
        target.Faulty.Fault = call =>
        {
            if (
                call is { Verb: "write", Moment: FaultMoment.After }
                && call.Name.StartsWith("objects/", StringComparison.Ordinal)
            )
            {
                target.Memory.WriteAsync(call.Name, new byte[60], durable: true, Never).AsTask().Wait();
            }

            return null;
        };

        var failure = await Should.ThrowAsync<SuretyException>(() => CopyAsync(source, target, backup));

        failure.Code.ShouldBe(ErrorCode.ObjectDamaged);
        (await target.Repository.Manifests.ListAsync(Never)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_backup_that_was_not_copied_left_is_read_back_before_another_uses_it()
    {
        var source = await Place.NewAsync(encrypted: false);
        var target = await Place.NewAsync(encrypted: false);
        var hurt = await source.BackUpAsync(1, Shared, OnlyFirst);
        var whole = await source.BackUpAsync(2, Shared);
        var chunks = (await source.Repository.Manifests.ReadContentsAsync(hurt, Never)).Tables[0].Chunks;
        await source.Memory.DeleteAsync(ObjectStore.NameOf(chunks[1].Object), Never);
        target.Faulty.Fault = call =>
        {
            if (
                call is { Verb: "write", Moment: FaultMoment.After }
                && call.Name.EndsWith($"{chunks[0].Object}", StringComparison.Ordinal)
            )
            {
                target.Memory.WriteAsync(call.Name, new byte[60], durable: true, Never).AsTask().Wait();
            }

            return null;
        };

        var failure = await Should.ThrowAsync<SuretyException>(() => CopyAsync(source, target, hurt, whole));

        failure.Message.ShouldEndWith($"; 2 backups were not copied, the first is {hurt.Id}");
        (await target.Repository.Manifests.ListAsync(Never)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_did_not_arrive_is_told_as_that_and_not_as_missing()
    {
        var source = await Place.NewAsync(encrypted: false);
        var target = await Place.NewAsync(encrypted: false);
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
        var source = await Place.NewAsync(encrypted: false);
        var target = await Place.NewAsync(encrypted: true);
        await source.BackUpAsync(1, Shared, OnlyFirst);
        await target.BackUpAsync(1, OnlyFirst, Shared);
        var second = await source.BackUpAsync(2, Shared, OnlySecond);

        await CopyAsync(source, target, second);

        (await target.ChunksAsync(second)).ShouldBe([Shared, OnlySecond]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_killed_copy_leaves_whole_backups_only_and_the_next_one_goes_on(
        bool fromEncrypted,
        bool toEncrypted
    )
    {
        var source = await Place.NewAsync(fromEncrypted);
        var first = await source.BackUpAsync(1, Shared, OnlyFirst);
        var second = await source.BackUpAsync(2, Shared, OnlySecond);
        for (var operation = 1; ; operation++)
        {
            foreach (var moment in (FaultMoment[])[FaultMoment.Before, FaultMoment.After])
            {
                var target = await Place.NewAsync(toEncrypted);
                target.Faulty.KillAt(target.Faulty.Operations + operation, moment);
                var killed = await IsKilledAsync(() => CopyAsync(source, target, first, second));
                var next = await target.NextProcessAsync();

                (await next.FindDamageAsync()).ShouldBeEmpty($"killed {moment} operation {operation}");
                await CopyAsync(source, next, first, second);
                (await next.Repository.Manifests.ListAsync(Never)).Count.ShouldBe(2);
                (await next.FindDamageAsync()).ShouldBeEmpty();
                if (!killed)
                {
                    return;
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_backup_that_is_known_to_be_damaged_in_the_target_is_repaired(
        bool fromEncrypted,
        bool toEncrypted
    )
    {
        var source = await Place.NewAsync(fromEncrypted);
        var target = await Place.NewAsync(toEncrypted);
        var backup = await source.BackUpAsync(1, Shared, OnlyFirst);
        await CopyAsync(source, target, backup);
        await target.DamageAsync(backup, SharedChunk);
        await target.DeleteContentsAsync(backup);
        await target.VerifyAsync();
        var written = new List<string>();
        target.Faulty.Fault = call => Note(written, call, "write", "create");

        var copied = (await CopyAsync(source, target, backup)).ShouldHaveSingleItem();

        (copied.Outcome, copied.NewObjects).ShouldBe((CopyOutcome.Repaired, 2));
        written.Count(name => name.StartsWith("objects/", StringComparison.Ordinal)).ShouldBe(2);
        (await target.ChunksAsync(backup)).ShouldBe([Shared, OnlyFirst]);
        (await target.FindDamageAsync()).ShouldBeEmpty();
        var marks = await target.Repository.Marks.ListAsync(backup.Id, Never);
        marks.Find(backup.Id, BackupMark.Verified)!.Passed.ShouldBeTrue();
        (await target.Repository.Journal.ReadAllAsync(Never)).Records.Count.ShouldBe(2);
        (await CopyAsync(source, target, backup)).ShouldHaveSingleItem().Outcome.ShouldBe(CopyOutcome.Present);
    }

    [Fact]
    public async Task What_is_damaged_in_the_target_is_not_named_by_the_next_copy()
    {
        var source = await Place.NewAsync(encrypted: false);
        var target = await Place.NewAsync(encrypted: true);
        var first = await source.BackUpAsync(1, Shared, OnlyFirst);
        await CopyAsync(source, target, first);
        await target.DamageAsync(first, SharedChunk);
        await target.VerifyAsync();
        var second = await source.BackUpAsync(2, Shared, OnlySecond);

        await CopyAsync(source, target, second);

        (await target.ChunksAsync(second)).ShouldBe([Shared, OnlySecond]);
        (await target.FindDamageAsync()).ShouldBeEmpty("the first one has the same piece");
    }

    [Fact]
    public async Task A_killed_repair_makes_nothing_worse_and_the_next_one_ends_it()
    {
        var source = await Place.NewAsync(encrypted: false);
        var backup = await source.BackUpAsync(1, Shared, OnlyFirst);
        for (var operation = 1; ; operation++)
        {
            foreach (var moment in (FaultMoment[])[FaultMoment.Before, FaultMoment.After])
            {
                var target = await Place.NewAsync(encrypted: false);
                await CopyAsync(source, target, backup);
                await target.DamageAsync(backup, SharedChunk);
                await target.VerifyAsync();
                target.Faulty.KillAt(target.Faulty.Operations + operation, moment);
                var killed = await IsKilledAsync(() => CopyAsync(source, target, backup));
                var next = await target.NextProcessAsync();

                (await next.FindDamageAsync()).Count.ShouldBeLessThanOrEqualTo(
                    1,
                    $"killed {moment} operation {operation}"
                );
                await CopyAsync(source, next, backup);
                (await next.FindDamageAsync()).ShouldBeEmpty();
                (await next.ChunksAsync(backup)).ShouldBe([Shared, OnlyFirst]);
                if (!killed)
                {
                    return;
                }
            }
        }
    }

    [Fact]
    public async Task A_repair_that_does_not_help_says_so()
    {
        var source = await Place.NewAsync(encrypted: false);
        var target = await Place.NewAsync(encrypted: false);
        var backup = await source.BackUpAsync(1, Shared);
        await CopyAsync(source, target, backup);
        await target.DamageAsync(backup, SharedChunk);
        await target.VerifyAsync();
        target.Faulty.Fault = call =>
        {
            if (
                call is { Verb: "write", Moment: FaultMoment.After }
                && call.Name.StartsWith("objects/", StringComparison.Ordinal)
            )
            {
                target.Memory.WriteAsync(call.Name, new byte[60], durable: true, Never).AsTask().Wait();
            }

            return null;
        };

        var failure = await Should.ThrowAsync<SuretyException>(() => CopyAsync(source, target, backup));

        failure.Code.ShouldBe(ErrorCode.ObjectDamaged);
    }

    private static async Task<bool> IsKilledAsync(Func<Task> work)
    {
        try
        {
            await work();
            return false;
        }
        catch (StoreKilledException)
        {
            return true;
        }
    }

    private static Exception? Note(List<string> names, StoreCall call, params string[] verbs)
    {
        if (call.Moment == FaultMoment.Before && verbs.Contains(call.Verb))
        {
            lock (names)
            {
                names.Add(call.Name);
            }
        }

        return null;
    }

    private static async Task<List<CopiedBackup>> CopyAsync(Place source, Place target, params Manifest[] backups)
    {
        var copied = new List<CopiedBackup>();
        var copy = new BackupCopy(
            await source.OpenAsync(),
            await target.OpenAsync(),
            TimeProvider.System,
            progress: null
        );
        await copy.RunAsync(backups, jobs: 1, copied.Add, Never);
        return copied;
    }

    private sealed record Place(
        MemoryBlobStore Memory,
        FaultyBlobStore Faulty,
        BackupRepository Repository,
        FileKey? Key
    )
    {
        public static async Task<Place> NewAsync(bool encrypted)
        {
            var memory = new MemoryBlobStore(TimeProvider.System);
            var faulty = new FaultyBlobStore(memory);
            var key = encrypted ? new FileKey() : null;
            var repository = await BackupRepository.InitAsync(faulty, TimeProvider.System, key?.ToAdd("k"), Never);
            return new Place(memory, faulty, repository, key);
        }

        /// <summary>As a process of its own has it.</summary>
        public Task<BackupRepository> OpenAsync() => OpenAsync(Faulty);

        public async Task<Place> NextProcessAsync()
        {
            var next = Faulty.NextProcess();
            // Its lease would hold for as long as this test's process runs, which is no killed one.
            foreach (var left in await Memory.ListAsync("locks/", Never).ToListAsync())
            {
                await Memory.DeleteAsync(left.Name, Never);
            }

            return this with
            {
                Faulty = next,
                Repository = await OpenAsync(next),
            };
        }

        public Task<Manifest> BackUpAsync(int number, params byte[][] chunks) =>
            SampleBackup.CommitAsync(Repository, SampleBackup.Id(number), chunks);

        public async Task<IReadOnlyList<byte[]>> ChunksAsync(Manifest manifest)
        {
            var opened = await OpenAsync();
            var there = await opened.Manifests.FindAsync($"{manifest.Id}", null, Never);
            var contents = await opened.Manifests.ReadContentsAsync(there, Never);
            var chunks = new List<byte[]>();
            foreach (var chunk in contents.Tables[0].Chunks)
            {
                using var plain = await opened.Objects.GetAsync(chunk.Object, Never);
                chunks.Add(plain.Bytes.ToArray());
            }

            return chunks;
        }

        public async Task<IReadOnlyList<VerifyDamage>> FindDamageAsync() =>
            (await new RepositoryVerification(await OpenAsync()).RunAsync(null, null, 2, Never)).Damaged;

        /// <summary>As <c>surety verify</c>: what it found is known from then on.</summary>
        public async Task VerifyAsync()
        {
            var report = await new RepositoryVerification(Repository).RunAsync(null, null, 2, Never);
            await Repository.Marks.SetAsync(report.Marks(TimeProvider.System.GetUtcNow()), Never);
        }

        public async Task DamageAsync(Manifest backup, int chunk)
        {
            var there = await Repository.Manifests.FindAsync($"{backup.Id}", null, Never);
            var contents = await Repository.Manifests.ReadContentsAsync(there, Never);
            var name = ObjectStore.NameOf(contents.Tables[0].Chunks[chunk].Object);
            await Memory.WriteAsync(name, new byte[100], durable: true, Never);
        }

        public async Task DeleteContentsAsync(Manifest backup)
        {
            var there = await Repository.Manifests.FindAsync($"{backup.Id}", null, Never);
            await Memory.DeleteAsync(ObjectStore.NameOf(there.Contents.Parts[0]), Never);
        }

        private Task<BackupRepository> OpenAsync(FaultyBlobStore store) =>
            BackupRepository.OpenAsync(
                store,
                TimeProvider.System,
                (IKeySource?)Key ?? NoKey.Instance,
                OperationOrigin.ThisProcess(null),
                Never
            );
    }
}
