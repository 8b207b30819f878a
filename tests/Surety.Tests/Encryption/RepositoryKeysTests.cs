using Surety.Repository;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Storage;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;

namespace Surety.Tests.Encryption;

public sealed class RepositoryKeysTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly MemoryBlobStore memory = new(TimeProvider.System);
    private readonly FileKey old = new(1);
    private readonly PassphraseKey added = new("correct horse");

    [Fact]
    public async Task Many_keys_open_one_repository_and_no_data_is_written_again()
    {
        var repository = await InitAsync(memory);
        await SampleBackup.CommitAsync(repository, SampleBackup.Id(1), ["rows"u8.ToArray()]);
        var before = await DataAsync();

        var laptop = await repository.Keys.AddAsync(added.ToAdd("laptop"), Never);

        var opened = await OpenAsync(memory, added);
        opened.Keys.OpenedBy.ShouldBe(laptop.Id);
        (await opened.Manifests.ListAsync(Never)).ShouldHaveSingleItem();
        var keys = await opened.Keys.ListAsync(Never);
        keys.Select(key => (key.Kind, key.Label, key.IsCurrent))
            .ShouldBe([(KeyKind.File, null, false), (KeyKind.Passphrase, "laptop", true)], ignoreOrder: true);

        await RemoveAsync(opened, repository.Keys.OpenedBy!);
        (await OpenAsync(memory, added)).Info.ShouldBe(repository.Info);
        (await Should.ThrowAsync<SuretyException>(() => OpenAsync(memory, old))).Code.ShouldBe(ErrorCode.WrongKey);
        (await DataAsync()).OrderBy(f => f.Key).ShouldBe(before.OrderBy(f => f.Key));
    }

    [Fact]
    public async Task The_last_key_is_never_removed()
    {
        var repository = await InitAsync(memory);

        var error = await Should.ThrowAsync<SuretyException>(() => RemoveAsync(repository, repository.Keys.OpenedBy!));

        error.Code.ShouldBe(ErrorCode.LastKey);
        (await OpenAsync(memory, old)).Info.ShouldBe(repository.Info);
    }

    [Fact]
    public async Task A_damaged_key_hides_no_other_and_does_not_count_as_one()
    {
        var repository = await InitAsync(memory);
        var laptop = await repository.Keys.AddAsync(added.ToAdd(), Never);
        await memory.WriteAsync($"keys/{laptop.Id}.json", new byte[] { 1 }, durable: true, Never);

        (await OpenAsync(memory, old)).Info.ShouldBe(repository.Info);
        (await repository.Keys.ListAsync(Never)).Damaged.ShouldHaveSingleItem().Name.ShouldContain(laptop.Id);
        var error = await Should.ThrowAsync<SuretyException>(() => RemoveAsync(repository, repository.Keys.OpenedBy!));
        error.Code.ShouldBe(ErrorCode.LastKey);
        await RemoveAsync(repository, await repository.Keys.FindAsync(laptop.Id[..8], Never));
        (await repository.Keys.ListAsync(Never)).Damaged.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_under_another_name_or_of_another_repository_opens_nothing()
    {
        var repository = await InitAsync(memory);
        var other = new MemoryBlobStore(TimeProvider.System);
        await InitAsync(other);
        var mine = $"keys/{repository.Keys.OpenedBy}.json";
        await foreach (var blob in other.ListAsync("keys/", Never))
        {
            await memory.WriteAsync(blob.Name, (await other.ReadAsync(blob.Name, Never))!, durable: true, Never);
        }

        (await repository.Keys.ListAsync(Never)).ShouldHaveSingleItem("an init that was killed leaves such");
        var bytes = (await memory.ReadAsync(mine, Never))!;
        await memory.DeleteAsync(mine, Never);
        (await Should.ThrowAsync<SuretyException>(() => OpenAsync(memory, old))).Code.ShouldBe(ErrorCode.WrongKey);

        await memory.WriteAsync($"keys/{new string('a', 32)}.json", bytes, durable: true, Never);
        var error = await Should.ThrowAsync<SuretyException>(() => OpenAsync(memory, old));
        (error.Code, error.Message.Contains("is damaged", StringComparison.Ordinal)).ShouldBe(
            (ErrorCode.WrongKey, true)
        );
    }

    [Fact]
    public async Task Killed_at_any_moment_of_init_there_is_no_repository_or_one_that_its_key_opens()
    {
        await ForEveryMoment(
            prepare: _ => Task.CompletedTask,
            work: store => InitAsync(store),
            after: async disk =>
            {
                if (await disk.GetLengthAsync("surety.json", Never) is null)
                {
                    await InitAsync(disk);
                }

                await OpenAsync(disk, old);
            }
        );
    }

    [Fact]
    public async Task Killed_at_any_moment_of_a_change_of_the_key_one_of_the_two_opens_it()
    {
        await ForEveryMoment(
            prepare: store => InitAsync(store),
            work: async store =>
            {
                var repository = await OpenAsync(store, old);
                await repository.Keys.AddAsync(added.ToAdd(), Never);
                await RemoveAsync(repository, repository.Keys.OpenedBy!);
            },
            after: async disk =>
            {
                var opens = await CanOpenAsync(disk, old) || await CanOpenAsync(disk, added);
                opens.ShouldBeTrue();
            }
        );
    }

    private static async Task ForEveryMoment(
        Func<IBlobStore, Task> prepare,
        Func<IBlobStore, Task> work,
        Func<IBlobStore, Task> after
    )
    {
        for (var operation = 1; ; operation++)
        {
            foreach (var moment in Enum.GetValues<FaultMoment>())
            {
                var disk = new MemoryBlobStore(TimeProvider.System);
                await prepare(disk);
                var dying = new FaultyBlobStore(disk);
                dying.KillAt(operation, moment);
                try
                {
                    await work(dying);
                    operation.ShouldBeGreaterThan(3);
                    return;
                }
                catch (StoreKilledException)
                {
                    await after(disk);
                }
            }
        }
    }

    private static async Task<bool> CanOpenAsync(IBlobStore store, IKeySource source)
    {
        try
        {
            (await OpenAsync(store, source)).Dispose();
            return true;
        }
        catch (SuretyException e) when (e.Code == ErrorCode.WrongKey)
        {
            return false;
        }
    }

    private Task<BackupRepository> InitAsync(IBlobStore store) =>
        BackupRepository.InitAsync(store, TimeProvider.System, old.ToAdd(), Never);

    private static Task<BackupRepository> OpenAsync(IBlobStore store, IKeySource source) =>
        BackupRepository.OpenAsync(store, TimeProvider.System, source, OperationOrigin.ThisProcess(null), Never);

    private static async Task RemoveAsync(BackupRepository repository, string id)
    {
        await using var access = await repository.Locks.AcquireExclusiveAsync("key remove", Never);
        await repository.Keys.RemoveAsync(id, access, Never);
    }

    private async Task<Dictionary<string, string>> DataAsync()
    {
        var data = new Dictionary<string, string>();
        await foreach (var blob in memory.ListAsync("", Never))
        {
            if (!blob.Name.StartsWith("keys/", StringComparison.Ordinal))
            {
                data.Add(blob.Name, Convert.ToHexString((await memory.ReadAsync(blob.Name, Never))!));
            }
        }

        return data;
    }
}
