using Surety.Server.Alerts;
using Surety.Testing;

namespace Surety.ServerTests.Alerts;

/// <summary>A server's configuration with a webhook that somebody listens to.</summary>
public abstract class AlertScene : IAsyncLifetime, IDisposable
{
    private protected ServerSetup Setup { get; } = new();

    /// <summary>What was told, and not asked for yet.</summary>
    private protected List<Posted> Told { get; } = [];

    private protected WebhookReceiver Receiver { get; private set; } = null!;

    public async Task InitializeAsync() => Receiver = await WebhookReceiver.StartAsync();

    public async Task DisposeAsync() => await Receiver.DisposeAsync();

    public void Dispose()
    {
        Setup.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected string Alerts(string path, string more = "") =>
        $"alerts:\n  {(more.Length > 0 ? more : "remind: 24h")}\n  channels:\n    ops:\n      webhook: {new Uri(Receiver.Address, path)}";

    private protected static async Task CheckAsync(RunningServer server) =>
        (await server.Get<AlertWatch>().CheckAsync(CancellationToken.None)).ShouldBeTrue();

    private protected static Task ToldAsync(RunningServer server) =>
        Eventually.Is(() => server.Get<AlertSender>().Channels[0].Waiting == 0);

    /// <summary>Looks until this alert is told; others may be told before.</summary>
    private protected async Task<Posted> NextAsync(RunningServer server, string key)
    {
        await Eventually.Is(async () =>
        {
            await CheckAsync(server);
            while (!Receiver.IsEmpty)
            {
                Told.Add(await Receiver.NextAsync());
            }

            return Told.Exists(posted => posted.Text("key") == key);
        });
        var found = Told.Find(posted => posted.Text("key") == key)!;
        Told.Remove(found);
        return found;
    }
}
