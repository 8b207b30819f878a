using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Wire;
using Surety.Repository.Errors;

namespace Surety.IntegrationTests.Wire;

[Collection(nameof(AuthServer))]
public sealed class PoolerDetectionTests(AuthServer server)
{
    [Theory]
    [InlineData("transaction", "")]
    [InlineData("transaction", "server_round_robin = 1")]
    [InlineData("transaction", "default_pool_size = 1")]
    [InlineData("transaction", "min_pool_size = 5")]
    [InlineData("statement", "")]
    public async Task Shared_sessions_are_recognised_on_an_idle_pool(string mode, string settings)
    {
        using var pooler = new PgBouncer(server, mode, settings);

        var detected = await Should.ThrowAsync<SuretyException>(
            PoolerDetection.EnsureSessionAsync(pooler.Target, default)
        );

        detected.Code.ShouldBe(ErrorCode.PoolerDetected);
        detected.Message.ShouldBe(
            $"127.0.0.1:{pooler.Target.Port} is a connection pooler in transaction mode, behind which no consistent "
                + "snapshot can be held; nothing was changed"
        );
        detected.Hint.ShouldNotBeNull().ShouldContain("port 5432 instead of 6543");
    }

    [Fact]
    public async Task Shared_sessions_are_recognised_while_others_use_the_pool()
    {
        using var pooler = new PgBouncer(server, "transaction");
        using var stop = new CancellationTokenSource();
        var others = Enumerable.Range(0, 6).Select(_ => UseAsync(pooler.Target, stop.Token)).ToList();

        for (var i = 0; i < 5; i++)
        {
            (
                await Should.ThrowAsync<SuretyException>(PoolerDetection.EnsureSessionAsync(pooler.Target, default))
            ).Code.ShouldBe(ErrorCode.PoolerDetected);
        }

        await stop.CancelAsync();
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task A_session_of_ones_own_is_fine_directly_and_through_a_pooler_in_session_mode()
    {
        using var pooler = new PgBouncer(server, "session", "server_round_robin = 1\nmin_pool_size = 5");

        await PoolerDetection.EnsureSessionAsync(server.Socket, default);
        await PoolerDetection.EnsureSessionAsync(server.Tcp("scram"), default);
        await PoolerDetection.EnsureSessionAsync(pooler.Target, default);
    }

    [Fact]
    public void Rows_are_read_and_cancelled_through_a_pooler_in_session_mode()
    {
        using var pooler = new PgBouncer(server, "session");
        using var session = BlockingRowSession.Connect(pooler.Target, "pooled", default);
        using (
            var reader = session.CopyOut(
                "COPY (SELECT generate_series(1, 1000000000)) TO STDOUT",
                Repository.Manifests.RowFormat.Text,
                default
            )
        )
        {
            reader.TryRead(out _).ShouldBeTrue();
        }

        session.QueryColumn("SELECT 1").ShouldBe(["1"]);
    }

    private static async Task UseAsync(ConnectionTarget target, CancellationToken stop)
    {
        await using var connection = await PostgresConnections.OpenAsync(target, "another", default);
        while (!stop.IsCancellationRequested)
        {
            await using var command = new NpgsqlCommand("SELECT count(*) FROM generate_series(1, 1000)", connection);
            await command.ExecuteScalarAsync(default);
        }
    }
}
