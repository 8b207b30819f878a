using Surety.Server.Runs;
using Surety.Server.Scheduling;
using Surety.Testing;
using static Surety.ServerTests.Scheduling.RunWaits;

namespace Surety.ServerTests.Scheduling;

public sealed class OnChangeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Watch = """
        schedule:
          on-change:
            quiet: 1s
            within: 5s
            poll: 1s
        after-backup:
          copy: offsite
          prune: true
          drill: 2
        """;

    [Fact]
    public async Task Changes_are_backed_up_with_all_that_follows_and_those_made_while_it_was_down_too()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup()
            .Database("shop", shop, Watch)
            .Repository("offsite")
            .Section("retention:\n  keep-last: 1");
        await using (var server = await RunningServer.StartAsync(setup))
        {
            var runs = server.Get<IRunStore>();
            await runs.FollowedBackupsAsync("shop", 1);
            // Nothing changed: looks and backups are no changes, and no further backup comes. A change then brings the next one.
            await Task.Delay(TimeSpan.FromSeconds(4));
            await ChangeAsync(shop);
            var backups = await runs.FollowedBackupsAsync("shop", 2);

            backups.Count.ShouldBe(2);
            backups.ShouldAllBe(run =>
                run.State == RunState.Done && run.Request.RequestedBy == "schedule after changes"
            );
            (await OperationsAfterAsync(runs, backups[0])).ShouldBe(["verify Done", "copy Done", "prune Done"]);
            (await OperationsAfterAsync(runs, backups[1])).ShouldBe([
                "verify Done",
                "copy Done",
                "prune Done",
                "drill Done",
            ]);
            Overlaps(await runs.ListAsync(new RunFilter(), default)).ShouldBe(0);
            var view = (await server.Get<Schedules>().ListAsync(default)).Single();
            view.Rules.ShouldBe(["after changes, 1s quiet, within 5s"]);
            view.LastRun!.Id.ShouldBe(backups[1].Id);
            view.Watch!.ChangedAt.ShouldBeNull();
        }

        await ChangeAsync(shop);
        await using var again = await RunningServer.StartAsync(setup);
        (await again.Get<IRunStore>().FollowedBackupsAsync("shop", 3)).Count.ShouldBe(3);
    }

    private static Task ChangeAsync(Core.Postgres.ConnectionTarget database) =>
        PostgresFixture.ExecuteAsync(database, "UPDATE orders SET customer_id = customer_id");

    private static async Task<IEnumerable<string>> OperationsAfterAsync(IRunStore runs, Run backup) =>
        (await runs.ListAsync(new RunFilter { Parent = backup.Id }, default))
            .Reverse()
            .Select(run => $"{run.Request.Operation} {run.State}");
}
