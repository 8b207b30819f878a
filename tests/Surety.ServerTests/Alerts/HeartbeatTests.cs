using Surety.Testing;

namespace Surety.ServerTests.Alerts;

public sealed class HeartbeatTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("only-when-healthy: false", true)]
    [InlineData("only-when-healthy: true", false)]
    public async Task A_sign_of_life_stays_away_while_backups_are_not_well(string more, bool beatsWithoutBackup)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var setup = new ServerSetup()
            .Database("shop", await postgres.CreateDatabaseAsync(SampleDatabase.Shop))
            .Section($"alerts:\n  heartbeat:\n    url: {receiver.Address}beat\n    every: 50ms\n    {more}");
        await using var server = await RunningServer.StartAsync(setup);
        if (beatsWithoutBackup)
        {
            (await receiver.NextAsync()).Path.ShouldBe("/beat");
            return;
        }

        await server.RunAsync("backup", "shop");
        receiver.IsEmpty.ShouldBeTrue();
        await server.RunAsync("verify", "shop");
        (await receiver.NextAsync()).Path.ShouldBe("/beat");
    }
}
