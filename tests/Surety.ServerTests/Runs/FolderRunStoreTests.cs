using Surety.Server.Runs;
using Surety.Testing.Storage;

namespace Surety.ServerTests.Runs;

public sealed class FolderRunStoreTests : RunStoreContract
{
    private readonly MemoryBlobStore folder = new MemoryBlobStore(TimeProvider.System);

    protected override async Task<IRunStore> OpenAsync() => await FolderRunStore.OpenAsync(folder, default);

    [Fact]
    public async Task Another_server_over_the_folder_knows_the_runs_and_passes_over_what_is_damaged()
    {
        var store = await OpenAsync();
        var at = DateTimeOffset.UnixEpoch;
        var run = new Run
        {
            Id = RunId.New(at),
            QueuedAt = at,
            Request = new RunRequest { Operation = "backup", RequestedBy = "test" },
        };
        await store.AddAsync(run, default);
        await store.ChangeAsync(run.Id, now => now with { State = RunState.Running, Node = "one" }, default);
        await folder.WriteAsync("runs/damaged.json", "{"u8.ToArray(), durable: true, default);

        var again = await OpenAsync();

        (await again.ListAsync(new RunFilter(), default)).Single().Node.ShouldBe("one");
    }
}
