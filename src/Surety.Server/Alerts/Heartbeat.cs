using Surety.Core.Configuration.Serving;
using Surety.Server.Alerts.Channels;
using Surety.Server.Health;

namespace Surety.Server.Alerts;

/// <summary>
/// A dead man's switch: asks an address again and again, and whoever waits there raises the alarm when nothing comes any more,
/// as when this machine is gone and can tell nobody.
/// </summary>
internal sealed class Heartbeat(
    HeartbeatSetting setting,
    BackupHealth judge,
    TimeProvider clock,
    ILogger<Heartbeat> log
) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var post = new WebPost(setting.Url);
        await RepeatedTask.RunAsync(
            "the heartbeat",
            setting.Every,
            clock,
            async stopping =>
            {
                if (await ShouldBeatAsync(stopping) && await BeatAsync(post, stopping) is { } failure)
                {
                    log.HeartbeatFailed(failure);
                }
            },
            log,
            stoppingToken
        );
    }

    private async Task<bool> ShouldBeatAsync(CancellationToken cancellationToken) =>
        !setting.OnlyWhenHealthy || (await judge.ReadAsync(cancellationToken)).IsWell;

    private async Task<string?> BeatAsync(WebPost post, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            return await post.GetAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return $"it did not answer within {Patience.TotalSeconds} s";
        }
    }
}
