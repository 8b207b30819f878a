using System.Text.Json;
using Surety.Server.Runs;
using Surety.Testing.Time;

namespace Surety.ServerTests.Runs;

/// <summary>What every <see cref="IRunStore"/> does.</summary>
public abstract class RunStoreContract
{
    private readonly ManualTimeProvider clock = new();

    protected abstract Task<IRunStore> OpenAsync();

    [Fact]
    public async Task A_run_is_kept_as_it_was_given()
    {
        var store = await OpenAsync();
        var run = New("shop") with
        {
            State = RunState.Done,
            Result = JsonDocument.Parse("""{"z":1,"a":[1.50]}""").RootElement.Clone(),
        };
        await store.AddAsync(run, default);
        var found = await store.FindAsync(run.Id, default);
        found.ShouldNotBeNull();
        JsonSerializer
            .Serialize(found, RunJson.Default.Run)
            .ShouldBe(JsonSerializer.Serialize(run, RunJson.Default.Run));
        (await store.FindAsync(RunId.New(clock.GetUtcNow()), default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_result_is_had_for_one_run_and_never_in_a_list_or_lost_by_a_later_change()
    {
        var store = await OpenAsync();
        var asked = New("shop");
        asked = asked with { Request = asked.Request with { Scripts = [new RunScript("1.sql", "SELECT 1")] } };
        var run = await store.AddAsync(asked, default);
        (await store.FindAsync(run.Id, default))!.Request.Scripts.ShouldHaveSingleItem().Text.ShouldBe("SELECT 1");
        await store.ChangeAsync(
            run.Id,
            now => now with { State = RunState.Done, Result = JsonElement.Parse("""{"rows":1}""") },
            default
        );
        await store.ChangeAsync(run.Id, now => now with { IsFollowed = true }, default);

        (await store.ListAsync(new RunFilter(), default)).ShouldHaveSingleItem().Result.ShouldBeNull();
        var found = (await store.FindAsync(run.Id, default))!;
        found.IsFollowed.ShouldBeTrue();
        found.Request.Scripts.ShouldBeEmpty();
        found.Result!.Value.GetProperty("rows").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task How_far_a_run_is_is_known_for_as_long_as_it_runs_and_is_no_change()
    {
        var store = await OpenAsync();
        var run = await store.AddAsync(New("shop"), default);
        var early = Progress(1);
        await store.TellAsync(run.Id, early, default);
        (await store.FindAsync(run.Id, default))!.Progress.ShouldBeNull();

        await store.ChangeAsync(run.Id, Start, default);
        await store.TellAsync(run.Id, early, default);
        await store.TellAsync(run.Id, Progress(2), default);
        var told = (await store.FindAsync(run.Id, default))!;
        told.Progress.ShouldBe(Progress(2));
        told.Revision.ShouldBe(1);
        await store.ChangeAsync(run.Id, now => now with { CancelRequested = true }, default);
        (await store.ListAsync(new RunFilter(), default)).Single().Progress.ShouldBe(Progress(2));

        await store.ChangeAsync(run.Id, now => now with { State = RunState.Done, Progress = null }, default);
        await store.TellAsync(run.Id, early, default);
        (await store.FindAsync(run.Id, default))!.Progress.ShouldBeNull();
        await store.TellAsync(RunId.New(clock.GetUtcNow()), early, default);
    }

    [Fact]
    public async Task Two_requests_with_one_key_are_one_run_also_at_the_same_moment()
    {
        var store = await OpenAsync();
        var added = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => store.AddAsync(New("shop", key: "once"), default))
        );
        added.Select(run => run.Id).Distinct().Count().ShouldBe(1);
        (await store.ListAsync(new RunFilter(), default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Changes_of_many_at_once_all_count()
    {
        var store = await OpenAsync();
        var run = await store.AddAsync(New("shop"), default);
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ =>
                    store.ChangeAsync(run.Id, now => now with { Messages = [.. now.Messages, "one more"] }, default)
                )
        );
        var changed = (await store.FindAsync(run.Id, default))!;
        changed.Messages.Count.ShouldBe(20);
        changed.Revision.ShouldBe(20);
        (await store.ChangeAsync(run.Id, _ => null, default))!.Revision.ShouldBe(20);
        (await store.ChangeAsync(RunId.New(clock.GetUtcNow()), now => now, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_one_lane_one_run_is_running_at_most_whoever_starts_them()
    {
        var store = await OpenAsync();
        var runs = new List<Run>();
        foreach (var lane in new[] { "shop", "shop", "shop", "club", "club", null, null })
        {
            runs.Add(await store.AddAsync(New(lane) with { Lane = lane }, default));
        }

        var started = await Task.WhenAll(runs.Select(run => store.ChangeAsync(run.Id, Start, default)));

        started
            .Where(run => run!.State == RunState.Running)
            .CountBy(run => run!.Lane ?? "none")
            .OrderBy(lane => lane.Key)
            .ShouldBe([new("club", 1), new("none", 2), new("shop", 1)]);
        var running = started.First(run => run is { Lane: "shop", State: RunState.Running })!;
        var waiting = started.First(run => run is { Lane: "shop", State: RunState.Queued })!;
        await store.ChangeAsync(running.Id, run => run with { State = RunState.Done }, default);
        (await store.ChangeAsync(waiting.Id, Start, default))!.State.ShouldBe(RunState.Running);
    }

    [Fact]
    public async Task Lists_the_newest_first_and_only_what_is_asked_for()
    {
        var store = await OpenAsync();
        var first = await store.AddAsync(New("shop"), default);
        clock.Advance(TimeSpan.FromMilliseconds(5));
        var second = await store.AddAsync(New("club", scheduled: true), default);
        clock.Advance(TimeSpan.FromMilliseconds(5));
        var third = await store.AddAsync(New("club", "verify", parent: second.Id), default);
        await store.ChangeAsync(first.Id, run => run with { State = RunState.Done }, default);

        async Task<IEnumerable<RunId>> List(RunFilter filter) =>
            (await store.ListAsync(filter, default)).Select(run => run.Id);
        (await List(new RunFilter())).ShouldBe([third.Id, second.Id, first.Id]);
        (await List(new RunFilter { Limit = 1 })).ShouldBe([third.Id]);
        (await List(new RunFilter { Since = second.QueuedAt })).ShouldBe([third.Id, second.Id]);
        (await List(new RunFilter { Database = "shop" })).ShouldBe([first.Id]);
        (await List(new RunFilter { Operation = "verify" })).ShouldBe([third.Id]);
        (await List(new RunFilter { HasEnded = true })).ShouldBe([first.Id]);
        (await List(new RunFilter { HasEnded = false })).ShouldBe([third.Id, second.Id]);
        (await List(new RunFilter { IsScheduled = true })).ShouldBe([second.Id]);
        (await List(new RunFilter { Parent = second.Id })).ShouldBe([third.Id]);
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_with_none_left_out_or_told_twice()
    {
        var store = await OpenAsync();
        var added = new List<Run>();
        foreach (var isLater in new[] { false, false, true, false, true })
        {
            // Some are asked for at the same moment.
            clock.Advance(isLater ? TimeSpan.FromMilliseconds(5) : TimeSpan.Zero);
            added.Add(await store.AddAsync(New("shop"), default));
        }

        var read = new List<Run>();
        while (await PageAsync() is { Count: > 0 } page)
        {
            page.Count.ShouldBeLessThanOrEqualTo(2);
            read.AddRange(page);
        }

        read.Select(run => run.Id).ShouldBe(added.OrderByDescending(RunPosition.Of).Select(run => run.Id));

        Task<IReadOnlyList<Run>> PageAsync() =>
            store.ListAsync(
                new RunFilter { Limit = 2, Before = read.Count > 0 ? RunPosition.Of(read[^1]) : null },
                default
            );
    }

    [Fact]
    public async Task Trims_what_ended_long_ago_and_nothing_else()
    {
        var store = await OpenAsync();
        var now = clock.GetUtcNow();
        var old = await store.AddAsync(New("shop"), default);
        var recent = await store.AddAsync(New("shop"), default);
        var waiting = await store.AddAsync(New("shop"), default);
        await store.ChangeAsync(
            old.Id,
            run => run with { State = RunState.Failed, FinishedAt = now.AddDays(-91) },
            default
        );
        await store.ChangeAsync(
            recent.Id,
            run => run with { State = RunState.Done, FinishedAt = now.AddDays(-89) },
            default
        );

        (await store.TrimAsync(now.AddDays(-90), default)).ShouldBe([old.Id]);

        (await store.ListAsync(new RunFilter(), default))
            .Select(run => run.Id)
            .ShouldBe([recent.Id, waiting.Id], ignoreOrder: true);
    }

    private protected static RunProgress Progress(int tables) => new("rows", tables, 9, 100, 4096, 8192, 1.5, "orders");

    private protected static Run Start(Run run) =>
        run with
        {
            State = RunState.Running,
            Node = "here",
            Attempt = run.Attempt + 1,
        };

    private protected Run New(
        string? database,
        string operation = "backup",
        string? key = null,
        bool scheduled = false,
        RunId? parent = null
    ) =>
        new()
        {
            Id = RunId.New(clock.GetUtcNow()),
            QueuedAt = clock.GetUtcNow(),
            Request = new RunRequest
            {
                Operation = operation,
                Database = database,
                RequestedBy = "test",
                IdempotencyKey = key,
                IsScheduled = scheduled,
                Parent = parent,
            },
        };
}
