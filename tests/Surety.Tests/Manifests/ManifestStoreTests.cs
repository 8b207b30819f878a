using System.Text;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Testing.Storage;
using Surety.Testing.Time;

namespace Surety.Tests.Manifests;

public sealed class ManifestStoreTests : IAsyncLifetime
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly MemoryBlobStore memory = new(TimeProvider.System);
    private BackupRepository repository = null!;

    public async Task InitializeAsync() =>
        repository = await BackupRepository.InitAsync(memory, new ManualTimeProvider(), Never);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_committed_backup_is_listed_and_its_contents_come_back()
    {
        var committed = await Commit(1);

        var listed = (await repository.Manifests.ListAsync(Never)).ShouldHaveSingleItem();

        Json(listed).ShouldBe(Json(committed));
        var contents = await repository.Manifests.ReadContentsAsync(listed, Never);
        var again = await repository.Manifests.StoreContentsAsync(contents, Never);
        again.Stream.Parts.ShouldBe(committed.Contents.Parts, "equal contents are equal bytes, so an equal object");
    }

    [Fact]
    public async Task What_a_backup_is_limited_to_is_in_its_manifest_and_nothing_of_it_in_that_of_a_whole_one()
    {
        var whole = await Commit(1);
        await SampleBackup.CommitAsync(
            repository,
            whole with
            {
                Id = SampleBackup.Id(2),
                Scope = new BackupScope(["sales"], ["drafts"]),
            }
        );

        var listed = await repository.Manifests.ListAsync(Never);

        listed.Select(backup => backup.StandsForDatabase).ShouldBe([true, false]);
        listed[1].Scope.ShouldNotBeNull().ToString().ShouldBe("only sales, without drafts");
        (await TextAsync(1)).ShouldNotContain("scope", customMessage: "a Surety from before knows no such member");
        (await TextAsync(2)).ShouldContain(
            """
            "scope":{"onlySchemas":["sales"],"excludedSchemas":["drafts"]}
            """
        );

        async Task<string> TextAsync(int backup) =>
            Encoding.UTF8.GetString((await memory.ReadAsync($"backups/{SampleBackup.Id(backup)}.json", Never))!);
    }

    [Fact]
    public async Task Backups_are_listed_oldest_first()
    {
        foreach (var number in new[] { 3, 1, 2 })
        {
            await Commit(number);
        }

        (await repository.Manifests.ListAsync(Never))
            .Select(manifest => manifest.Id)
            .ShouldBe([SampleBackup.Id(1), SampleBackup.Id(2), SampleBackup.Id(3)]);
    }

    [Fact]
    public async Task A_manifest_is_never_replaced()
    {
        var first = await Commit(1);

        var error = await Should.ThrowAsync<SuretyException>(() =>
            SampleBackup.CommitAsync(repository, first with { Database = "other" })
        );

        error.Message.ShouldBe($"there is a backup {first.Id} already: it was kept, and this one does not exist");
        (await repository.Manifests.FindAsync(first.Id.ToString(), null, Never)).Database.ShouldBe("shop");
    }

    [Fact]
    public async Task A_manifest_is_written_after_the_barrier_and_nothing_is_written_after_it()
    {
        var watched = new FaultyBlobStore(memory);
        var calls = new List<string>();
        watched.Fault = call =>
        {
            if (!call.Name.StartsWith("locks/", StringComparison.Ordinal))
            {
                calls.Add($"{call.Moment} {call.Verb}");
            }

            return null;
        };
        var run = await BackupRepository.OpenAsync(watched, TimeProvider.System, Never);

        await SampleBackup.CommitAsync(run, SampleBackup.Id(1), ["a"u8.ToArray(), "b"u8.ToArray()]);

        calls[^4..].ShouldBe(["Before flush", "After flush", "Before create", "After create"]);
        calls[..^4].ShouldContain("After write");
    }

    [Fact]
    public async Task A_failed_barrier_leaves_no_backup()
    {
        var watched = new FaultyBlobStore(memory)
        {
            Fault = call => call.Verb == "flush" ? new SuretyException(ErrorCode.DiskFull, "full") : null,
        };
        var run = await BackupRepository.OpenAsync(watched, TimeProvider.System, Never);

        await Should.ThrowAsync<SuretyException>(() =>
            SampleBackup.CommitAsync(run, SampleBackup.Id(1), ["a"u8.ToArray()])
        );

        (await repository.Manifests.ListAsync(Never)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_damaged_manifest_does_not_hide_the_others()
    {
        await Commit(1);
        var damaged = ManifestStore.NameOf((await Commit(2)).Id);
        await Commit(3);
        await Flip(damaged);
        await memory.WriteAsync("backups/notes.json", "{}"u8.ToArray(), durable: true, Never);

        var list = await repository.Manifests.ListAsync(Never);

        list.Select(manifest => manifest.Id).ShouldBe([SampleBackup.Id(1), SampleBackup.Id(3)]);
        list.Damaged.Select(d => d.Name).ShouldBe([damaged, "backups/notes.json"]);
        list.Damaged[0].Error.Code.ShouldBe(ErrorCode.RepositoryDamaged);
        list.Damaged[0].Backup.ShouldBe(SampleBackup.Id(2).ToString());
    }

    [Fact]
    public async Task Two_swapped_manifests_are_both_found()
    {
        var names = new[] { ManifestStore.NameOf((await Commit(1)).Id), ManifestStore.NameOf((await Commit(2)).Id) };
        var documents = new[]
        {
            (await memory.ReadAsync(names[0], Never))!,
            (await memory.ReadAsync(names[1], Never))!,
        };
        await memory.WriteAsync(names[0], documents[1], durable: true, Never);
        await memory.WriteAsync(names[1], documents[0], durable: true, Never);

        var list = await repository.Manifests.ListAsync(Never);

        list.ShouldBeEmpty();
        list.Damaged.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("latest", null, 4)]
    [InlineData("latest", "shop", 3)]
    [InlineData("20261120T171402", null, 2)]
    [InlineData("20261120T171402Z-k3f9", "another", 2)]
    [InlineData("20261120T1714", "club", 4)]
    public async Task A_backup_is_found_by_id_prefix_and_latest(string wanted, string? database, int expected)
    {
        await CommitFour();

        (await repository.Manifests.FindAsync(wanted, database, Never)).Id.ShouldBe(SampleBackup.Id(expected));
    }

    [Theory]
    [InlineData("20261120T1714", null)]
    [InlineData("20261120T1714", "shop")]
    [InlineData("20261120T1714", "another")]
    public async Task A_prefix_of_several_backups_names_them(string wanted, string? database)
    {
        await CommitFour();

        var error = await Should.ThrowAsync<SuretyException>(() =>
            repository.Manifests.FindAsync(wanted, database, Never)
        );

        error.Code.ShouldBe(ErrorCode.BackupAmbiguous);
        error.Message.ShouldContain(SampleBackup.Id(1).ToString());
        error.Message.ShouldContain(SampleBackup.Id(3).ToString());
    }

    [Theory]
    [InlineData("2025", null, "there is no backup 2025 in memory")]
    [InlineData("", null, "there is no backup  in memory")]
    [InlineData("20261120T171409Z-k3f9", null, "there is no backup 20261120T171409Z-k3f9 in memory")]
    [InlineData("latest", "nothing", "there is no backup of database nothing in memory")]
    public async Task A_backup_that_is_not_there_is_told_with_a_hint(string wanted, string? database, string message)
    {
        await CommitFour();

        var error = await Should.ThrowAsync<SuretyException>(() =>
            repository.Manifests.FindAsync(wanted, database, Never)
        );

        error.Code.ShouldBe(ErrorCode.BackupNotFound);
        error.Message.ShouldBe(message);
        error.Hint.ShouldBe("show what there is: surety list");
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("20261120T17140")]
    [InlineData("20261120T171404")]
    public async Task A_damaged_backup_is_never_replaced_by_its_neighbour(string wanted)
    {
        await CommitFour();
        await Flip(ManifestStore.NameOf(SampleBackup.Id(4)));

        var error = await Should.ThrowAsync<SuretyException>(() => repository.Manifests.FindAsync(wanted, null, Never));

        error.Code.ShouldBe(ErrorCode.RepositoryDamaged);
        error.Message.ShouldContain(SampleBackup.Id(4).ToString());
    }

    [Fact]
    public async Task Damage_before_the_latest_backup_does_not_hinder_it()
    {
        await CommitFour();
        await Flip(ManifestStore.NameOf(SampleBackup.Id(2)));

        (await repository.Manifests.FindAsync("latest", null, Never)).Id.ShouldBe(SampleBackup.Id(4));
    }

    private async Task CommitFour()
    {
        for (var number = 1; number <= 3; number++)
        {
            await Commit(number);
        }

        await Commit(4, "club");
    }

    private Task<Manifest> Commit(int number, string database = "shop") =>
        SampleBackup.CommitAsync(
            repository,
            SampleBackup.Id(number),
            [
                [(byte)number],
            ],
            database
        );

    private async Task Flip(string name)
    {
        var document = (await memory.ReadAsync(name, Never))!;
        document[document.Length / 2] ^= 1;
        await memory.WriteAsync(name, document, durable: true, Never);
    }

    private static string Json(Manifest manifest) =>
        System.Text.Json.JsonSerializer.Serialize(
            manifest,
            Surety.Repository.Documents.RepositoryJson.Default.Manifest
        );
}
