using Surety.Server.Runs;
using Surety.Testing;
using static Surety.ServerTests.Scheduling.RunWaits;

namespace Surety.ServerTests.Scheduling;

[Collection("running servers")]
public sealed class AfterBackupsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Everything =
        "after-backup:\n  copy: offsite\n  prune: true\n  drill: 1\nretention:\n  keep-last: 3";

    [Fact]
    public async Task A_backup_that_somebody_asked_for_is_proven_and_copied_as_one_of_a_schedule()
    {
        using var setup = new ServerSetup()
            .Database("shop", await postgres.CreateDatabaseAsync(), Everything)
            .Repository("offsite");
        await using var server = await RunningServer.StartAsync(setup);

        var backup = await server.Get<RunQueue>().SubmitAsync(Request("backup", "shop"), default);

        var steps = await StepsAsync(server, backup);
        steps.Select(run => run.Request.Operation).ShouldBe(["verify", "copy", "prune", "drill"]);
        steps.ShouldAllBe(run => run.State == RunState.Done && run.Request.RequestedBy == "after-backup (test)");
    }

    [Fact]
    public async Task A_backup_of_a_part_is_proven_and_copied_and_no_reason_to_prune_or_to_drill()
    {
        using var setup = new ServerSetup()
            .Database("shop", await postgres.CreateDatabaseAsync(), Everything)
            .Repository("offsite");
        await using var server = await RunningServer.StartAsync(setup);
        var part = Request("backup", "shop") with { Arguments = ["--schema=public"] };

        var steps = await StepsAsync(server, await server.Get<RunQueue>().SubmitAsync(part, default));

        steps.Select(run => run.Request.Operation).ShouldBe(["verify", "copy"]);
    }

    [Fact]
    public async Task Of_backups_that_were_asked_for_together_one_is_drilled()
    {
        using var setup = new ServerSetup().Database(
            "shop",
            await postgres.CreateDatabaseAsync(),
            "after-backup:\n  drill: 1d"
        );
        await using var server = await RunningServer.StartAsync(setup);
        var queue = server.Get<RunQueue>();

        var backups = new[]
        {
            await queue.SubmitAsync(Request("backup", "shop"), default),
            await queue.SubmitAsync(Request("backup", "shop"), default),
            await queue.SubmitAsync(Request("backup", "shop"), default),
        };

        var steps = new List<Run>();
        foreach (var backup in backups)
        {
            steps.AddRange(await StepsAsync(server, backup));
        }

        steps.Count(run => run.Request.Operation == "verify").ShouldBe(3);
        steps.Count(run => run.Request.Operation == "drill").ShouldBe(1);
    }

    private static async Task<IReadOnlyList<Run>> StepsAsync(RunningServer server, Run backup)
    {
        var runs = server.Get<IRunStore>();
        await runs.UntilAsync(backup.Id, run => run.IsFollowed);
        return [.. (await runs.ListAsync(new RunFilter { Parent = backup.Id }, default)).Reverse()];
    }
}
