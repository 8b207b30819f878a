using Surety.Server.Runs;
using Surety.Testing;
using static Surety.ServerTests.Scheduling.RunWaits;

namespace Surety.ServerTests.Scheduling;

[Collection("running servers")]
public sealed class AfterBackupsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_backup_that_somebody_asked_for_is_proven_and_copied_as_one_of_a_schedule()
    {
        var shop = await postgres.CreateDatabaseAsync();
        using var setup = new ServerSetup()
            .Database("shop", shop, "after-backup:\n  copy: offsite\n  drill: 1")
            .Repository("offsite");
        await using var server = await RunningServer.StartAsync(setup);

        var backup = await server.Get<RunQueue>().SubmitAsync(Request("backup", "shop"), default);

        var runs = server.Get<IRunStore>();
        await runs.UntilAsync(backup.Id, run => run.IsFollowed);
        var after = await runs.ListAsync(new RunFilter { Parent = backup.Id }, default);
        after.Reverse().Select(run => run.Request.Operation).ShouldBe(["verify", "copy", "drill"]);
        after.ShouldAllBe(run => run.State == RunState.Done);
    }
}
