using System.Text;
using System.Text.Json;
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
        var run = await store.AddAsync(New("shop"), default);
        await store.ChangeAsync(run.Id, now => now with { State = RunState.Running, Node = "one" }, default);
        await folder.WriteAsync("runs/damaged.json", "{"u8.ToArray(), durable: true, default);

        var again = await OpenAsync();

        (await again.ListAsync(new RunFilter(), default)).Single().Node.ShouldBe("one");
    }

    [Fact]
    public async Task A_start_reads_no_results_and_they_are_there_and_go_with_their_runs()
    {
        var store = await OpenAsync();
        var run = await store.AddAsync(New("shop"), default);
        await store.ChangeAsync(run.Id, now => Ended(now) with { Result = Figure(7) }, default);
        Encoding.UTF8.GetString((await folder.ReadAsync($"runs/{run.Id}.json", default))!).ShouldNotContain("figure");

        var again = await OpenAsync();

        (await again.FindAsync(run.Id, default))!.Result!.Value.GetRawText().ShouldBe(Figure(7).GetRawText());
        await again.TrimAsync(DateTimeOffset.MaxValue, default);
        (await folder.ListAsync("", default).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_result_that_an_older_server_kept_with_its_run_is_found()
    {
        var run = Ended(New("shop")) with { Result = Figure(7) };
        var document = JsonSerializer.SerializeToUtf8Bytes(run, RunJson.Default.Run);
        await folder.WriteAsync($"runs/{run.Id}.json", document, durable: true, default);

        var store = await OpenAsync();
        await store.ChangeAsync(run.Id, now => now with { IsFollowed = true }, default);

        (await store.FindAsync(run.Id, default))!.Result!.Value.GetRawText().ShouldBe(Figure(7).GetRawText());
    }

    [Fact]
    public async Task What_an_attempt_left_that_was_cut_short_is_no_result_of_the_next()
    {
        var store = await OpenAsync();
        var run = await store.AddAsync(New("shop"), default);
        await folder.WriteAsync($"results/{run.Id}.json", "{}"u8.ToArray(), durable: true, default);

        await store.ChangeAsync(run.Id, Ended, default);

        (await store.FindAsync(run.Id, default))!.Result.ShouldBeNull();
    }

    private static Run Ended(Run run) => run with { State = RunState.Done, FinishedAt = run.QueuedAt };

    private static JsonElement Figure(int number) => JsonElement.Parse($$"""{"figure":{{number}}}""");
}
