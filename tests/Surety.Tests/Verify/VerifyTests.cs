using Surety.Repository;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Storage;
using Surety.Repository.Verify;
using Surety.Testing.Storage;
using Surety.Testing.Time;
using Surety.Tests.Journal;
using Surety.Tests.Manifests;
using Surety.Tests.Marks;
using Surety.Tests.Objects;

namespace Surety.Tests.Verify;

/// <summary>Of a repository that is not encrypted; <see cref="EncryptedVerifyTests"/> asks the same of one that is.</summary>
public class VerifyTests : IAsyncLifetime
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly byte[] Shared = ObjectCodecTests.Random(500, seed: 1);
    private static readonly byte[] OnlyFirst = ObjectCodecTests.Random(500, seed: 2);
    private static readonly byte[] OnlySecond = ObjectCodecTests.Random(500, seed: 3);
    private static readonly string First = SampleBackup.Id(1).ToString();
    private static readonly string Second = SampleBackup.Id(2).ToString();

    private readonly MemoryBlobStore memory = new(TimeProvider.System);
    private BackupRepository repository = null!;
    private Manifest first = null!;

    public async Task InitializeAsync()
    {
        repository = await BackupRepository.InitAsync(memory, new ManualTimeProvider(), Key?.ToAdd(), Never);
        first = await SampleBackup.CommitAsync(repository, SampleBackup.Id(1), [Shared, OnlyFirst]);
        await SampleBackup.CommitAsync(repository, SampleBackup.Id(2), [OnlySecond, Shared]);
        await repository.Journal.AppendAsync(OperationJournalTests.Sample, Never);
        await repository.Marks.SetAsync([MarkStoreTests.Passed], Never);
    }

    /// <summary>What opens the repository; null for one that is not encrypted.</summary>
    protected virtual FileKey? Key => null;

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_sound_repository_has_every_distinct_object_read_once()
    {
        var (objects, bytes) = (0L, 0L);

        var report = await new RepositoryVerification(repository).RunAsync(
            null,
            (newObjects, newBytes) =>
            {
                Interlocked.Add(ref objects, newObjects);
                Interlocked.Add(ref bytes, newBytes);
            },
            jobs: 3,
            Never
        );

        report.Damaged.ShouldBeEmpty();
        report.Backups.ShouldBe(2);
        report.ObjectsChecked.ShouldBe(6, "three chunks, one schema, two contents");
        var stored = await memory.ListAsync("objects/", Never).ToListAsync();
        report.BytesRead.ShouldBe(stored.Sum(blob => blob.Length));
        (objects, bytes).ShouldBe((report.ObjectsChecked, report.BytesRead));
    }

    [Theory]
    [InlineData("objects/")]
    [InlineData("backups/")]
    [InlineData("journal/")]
    public async Task An_outage_ends_a_verification_and_is_no_damage(string folder)
    {
        var offline = new FaultyBlobStore(memory)
        {
            Fault = call =>
                call.Verb == "read" && call.Name.StartsWith(folder, StringComparison.Ordinal)
                    ? new SuretyException(ErrorCode.RepositoryUnreachable, "offline")
                    : null,
        };
        var opened = await OpenAsync(offline);

        var error = await Should.ThrowAsync<SuretyException>(() =>
            new RepositoryVerification(opened).RunAsync(null, null, jobs: 2, Never)
        );

        error.Code.ShouldBe(ErrorCode.RepositoryUnreachable);
    }

    [Fact]
    public async Task Every_changed_byte_of_every_file_is_found()
    {
        foreach (var blob in await memory.ListAsync("", Never).ToListAsync())
        {
            if (blob.Name == "RECOVER.md")
            {
                continue;
            }

            var sound = (await memory.ReadAsync(blob.Name, Never))!;
            for (var i = 0; i < sound.Length; i += i < 64 ? 1 : 41)
            {
                var changed = sound.ToArray();
                changed[i] ^= 1;
                await memory.WriteAsync(blob.Name, changed, durable: true, Never);

                var damage = (await Verify()).Damaged.ShouldHaveSingleItem($"byte {i} of {blob.Name}");

                blob.Name.ShouldContain(damage.Object);
                damage.Reason.ShouldNotBeEmpty();
            }

            await memory.WriteAsync(blob.Name, sound, durable: true, Never);
        }

        (await Verify()).Damaged.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_missing_file_is_found()
    {
        foreach (var blob in await memory.ListAsync("objects/", Never).ToListAsync())
        {
            var sound = (await memory.ReadAsync(blob.Name, Never))!;
            await memory.DeleteAsync(blob.Name, Never);

            var damage = (await Verify()).Damaged.ShouldHaveSingleItem();

            damage.Reason.ShouldBe($"object {damage.Object} is missing from memory");
            await memory.WriteAsync(blob.Name, sound, durable: true, Never);
        }
    }

    [Fact]
    public async Task A_damage_names_all_backups_that_it_hurts_and_no_other()
    {
        await Destroy(Shared);
        await Destroy(OnlySecond);

        var report = await Verify();

        report.Damaged.Count.ShouldBe(2);
        report.Damaged.Single(d => d.Object == IdOf(Shared)).Backups.ShouldBe([First, Second]);
        report.Damaged.Single(d => d.Object == IdOf(OnlySecond)).Backups.ShouldBe([Second]);
        report.ObjectsChecked.ShouldBe(6);
    }

    [Fact]
    public async Task Every_backup_that_was_checked_is_marked_with_what_was_found()
    {
        await Destroy(OnlySecond);
        var at = SampleBackup.Time;

        var marks = (await Verify()).Marks(at).ToList();

        marks
            .Select(mark => (mark.Backup, mark.Kind, mark.At, mark.Passed))
            .ShouldBe([(SampleBackup.Id(1), "verified", at, true), (SampleBackup.Id(2), "verified", at, false)]);
        marks[0].Reason.ShouldBeNull();
        marks[1].Reason!.ShouldContain(IdOf(OnlySecond));
        (await Verify([first])).Marks(at).ShouldHaveSingleItem().Passed.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_one_backup_only_its_own_objects_are_read()
    {
        await Destroy(OnlySecond);

        var report = await Verify([first]);

        report.Damaged.ShouldBeEmpty();
        report.Backups.ShouldBe(1);
        report.ObjectsChecked.ShouldBe(4);
    }

    [Fact]
    public async Task A_manifest_that_changed_since_it_was_listed_is_found()
    {
        var name = ManifestStore.NameOf(first.Id);
        await memory.WriteAsync(name, "torn"u8.ToArray(), durable: true, Never);
        (await Verify([first])).Damaged.ShouldHaveSingleItem().Object.ShouldBe(name);

        await memory.DeleteAsync(name, Never);
        var damage = (await Verify([first])).Damaged.ShouldHaveSingleItem();
        (damage.Object, damage.Reason).ShouldBe((name, "it is missing"));
        damage.Backups.ShouldBe([First]);
    }

    [Fact]
    public async Task A_backup_of_the_journal_whose_manifest_is_gone_is_missed()
    {
        await repository.Journal.AppendAsync(OperationJournalTests.Sample with { Operation = "restore" }, Never);
        var name = ManifestStore.NameOf(first.Id);
        await memory.DeleteAsync(name, Never);

        var damage = (await Verify()).Damaged.ShouldHaveSingleItem();

        (damage.Object, damage.Reason).ShouldBe(
            (name, "the manifest is gone, and nobody forgot this backup: the journal records only that it was made")
        );
        damage.Backups.ShouldBe([First]);
    }

    [Fact]
    public async Task A_missing_or_exchanged_repository_document_is_found()
    {
        var other = new MemoryBlobStore(TimeProvider.System);
        await BackupRepository.InitAsync(other, TimeProvider.System, Never);
        var foreign = (await other.ReadAsync("surety.json", Never))!;
        await memory.WriteAsync("surety.json", foreign, durable: true, Never);
        (await Verify()).Damaged.ShouldHaveSingleItem().Reason.ShouldBe("it is that of another repository");

        await memory.DeleteAsync("surety.json", Never);
        (await Verify()).Damaged.ShouldHaveSingleItem().Reason.ShouldBe("it is missing");
    }

    [Fact]
    public async Task Objects_that_no_manifest_names_are_no_damage()
    {
        var stored = await repository.Objects.PutAsync("left by a killed backup"u8.ToArray(), Never);
        await memory.WriteAsync(ObjectStore.NameOf(stored.Id), new byte[] { 1 }, durable: true, Never);

        (await Verify()).Damaged.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_chunk_that_is_not_as_long_as_its_table_says_is_found()
    {
        var chunk = await repository.Objects.PutAsync(Shared, Never);
        var schema = await repository.Objects.PutStreamAsync(new MemoryStream([1]), Never);
        var contents = SampleBackup.Contents(schema.Stream, [new ChunkEntry(chunk.Id, 1, Shared.Length - 1)]);
        var parts = await repository.Manifests.StoreContentsAsync(contents, Never);
        await SampleBackup.CommitAsync(repository, SampleBackup.Manifest(SampleBackup.Id(3), parts.Stream));

        var damage = (await Verify()).Damaged.ShouldHaveSingleItem();

        damage.Object.ShouldBe(IdOf(Shared));
        damage.Reason.ShouldBe("it holds 500 bytes where a backup has a piece of 499");
    }

    [Fact]
    public async Task A_file_that_the_disk_cannot_read_is_damage_and_the_rest_is_still_checked()
    {
        var bad = ObjectStore.NameOf(repository.Objects.Identify(Shared));
        var disk = new FaultyBlobStore(memory)
        {
            Fault = call =>
                call.Name == bad ? new SuretyException(ErrorCode.RepositoryUnreadable, "input/output error") : null,
        };
        repository = await OpenAsync(disk);

        var report = await Verify();

        report.Damaged.ShouldHaveSingleItem().Reason.ShouldBe("input/output error");
        report.ObjectsChecked.ShouldBe(6);
    }

    private Task<BackupRepository> OpenAsync(IBlobStore store) =>
        BackupRepository.OpenAsync(
            store,
            TimeProvider.System,
            Key as IKeySource ?? NoKey.Instance,
            OperationOrigin.ThisProcess(command: null),
            Never
        );

    private Task<VerifyReport> Verify(IReadOnlyList<Manifest>? only = null) =>
        new RepositoryVerification(repository).RunAsync(only, null, jobs: 2, Never);

    private async Task Destroy(byte[] plain)
    {
        var name = ObjectStore.NameOf(repository.Objects.Identify(plain));
        await memory.WriteAsync(name, new byte[100], durable: true, Never);
    }

    private string IdOf(byte[] plain) => repository.Objects.Identify(plain).ToString();
}
