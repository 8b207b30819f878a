using Surety.Server.Runs;
using Surety.ServerTests.Scheduling;
using Surety.Testing;

namespace Surety.ServerTests.Runs;

public sealed class RunQueueTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_backup_is_run_to_its_end_and_kept_with_its_result()
    {
        using var setup = new ServerSetup().Database("shop", await postgres.CreateDatabaseAsync(SampleDatabase.Shop));
        await using var server = await RunningServer.StartAsync(setup);
        var queue = server.Get<RunQueue>();

        var request = new RunRequest
        {
            Operation = "backup",
            Database = "shop",
            RequestedBy = "test",
        };
        var run = await queue.SubmitAsync(request, CancellationToken.None);
        var ended = await queue.WaitAsync(run.Id, CancellationToken.None);

        ended.ShouldNotBeNull();
        ended.Error.ShouldBeNull();
        ended.State.ShouldBe(RunState.Done);
        ended.Result!.Value.GetProperty("tables").GetInt32().ShouldBeGreaterThan(0);
    }
}
