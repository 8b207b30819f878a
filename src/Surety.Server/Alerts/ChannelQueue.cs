using Polly;
using Polly.Retry;
using Surety.Core.Configuration.Serving;
using Surety.Server.Alerts.Channels;

namespace Surety.Server.Alerts;

/// <summary>
/// What one channel is to tell, in order, and its own worker: however slow or broken a channel is, nobody else notices. One
/// that fails is tried again, at longer and longer distances, for a day.
/// </summary>
internal sealed class ChannelQueue : IDisposable
{
    private const int Most = 200;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    private readonly AlertChannelSetting setting;
    private readonly IAlertChannel channel;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly ResiliencePipeline<string?> retrying;
    private readonly LinkedList<AlertNotice> waiting = [];
    private readonly SemaphoreSlim arrived = new(0);
    private readonly Lock gate = new();
    private ChannelStatus status;
    private DateTimeOffset currentSince;

    public ChannelQueue(AlertChannelSetting setting, IAlertChannel channel, TimeProvider clock, ILogger log)
    {
        (this.setting, this.channel, this.clock, this.log) = (setting, channel, clock, log);
        status = new ChannelStatus(setting.Name, channel.Kind, setting.Minimum, setting.Databases);
        retrying = new ResiliencePipelineBuilder<string?> { TimeProvider = clock }
            .AddRetry(
                new RetryStrategyOptions<string?>
                {
                    MaxRetryAttempts = int.MaxValue,
                    Delay = FirstWait,
                    MaxDelay = LongestWait,
                    BackoffType = DelayBackoffType.Exponential,
                    ShouldHandle = attempt =>
                        new(attempt.Outcome.Result is not null && clock.GetUtcNow() - currentSince < GiveUpAfter),
                }
            )
            .Build();
    }

    public ChannelStatus Status
    {
        get
        {
            lock (gate)
            {
                return status with { Waiting = waiting.Count };
            }
        }
    }

    /// <summary>True where the notice is for this channel.</summary>
    public bool Takes(Alert alert) =>
        alert.Severity >= setting.Minimum
        && (setting.Databases is not { } databases || alert.Databases.Any(databases.Contains));

    /// <summary>True while something about an alert is not told: that it is over where it is, else that it is not.</summary>
    public bool Holds(Alert alert)
    {
        lock (gate)
        {
            return waiting.Any(notice =>
                notice.Alert.IsSame(alert) && notice.Alert.RecoveredAt is null == alert.RecoveredAt is null
            );
        }
    }

    /// <summary>Never waits: where too much is there already, the oldest is given up.</summary>
    public void Add(AlertNotice notice)
    {
        lock (gate)
        {
            waiting.AddLast(notice);
            if (waiting.Count > Most)
            {
                // Not the first one: that is being told.
                var second = waiting.First!.Next!;
                waiting.Remove(second);
                GiveUp(second.Value, $"more than {Most} notices wait");
            }
            else
            {
                arrived.Release();
            }
        }
    }

    /// <summary>Tells what comes, until the server stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await arrived.WaitAsync(stopping);
            AlertNotice notice;
            lock (gate)
            {
                notice = waiting.First!.Value;
            }

            currentSince = clock.GetUtcNow();
            var failure = await retrying.ExecuteAsync(async token => await TryAsync(notice, token), stopping);
            lock (gate)
            {
                waiting.RemoveFirst();
                if (failure is not null)
                {
                    GiveUp(notice, failure);
                }
            }
        }
    }

    /// <summary>One attempt, kept in the status; null where it was taken.</summary>
    public async Task<string?> TryAsync(AlertNotice notice, CancellationToken cancellationToken)
    {
        var failure = await SendAsync(notice, cancellationToken);
        var now = clock.GetUtcNow();
        lock (gate)
        {
            status = failure is null
                ? status with
                {
                    Delivered = status.Delivered + 1,
                    DeliveredAt = now,
                    Failure = null,
                }
                : status with
                {
                    Failed = status.Failed + 1,
                    FailedAt = now,
                    Failure = failure,
                };
        }

        if (failure is not null)
        {
            log.ChannelFailed(setting.Name, notice.Alert.Key, failure);
        }

        return failure;
    }

    public void Dispose()
    {
        channel.Dispose();
        arrived.Dispose();
    }

    private void GiveUp(AlertNotice notice, string why)
    {
        status = status with { GivenUp = status.GivenUp + 1 };
        log.NoticeGivenUp(setting.Name, notice.Event, notice.Alert.Key, why);
    }

    private async Task<string?> SendAsync(AlertNotice notice, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(setting.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await channel.SendAsync(notice, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"it did not answer within {setting.Timeout.TotalSeconds} s";
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a library throws at what the other side did. Its message may hold the address, which may be a secret.
            return $"it broke with {e.GetType().Name}";
        }
    }
}

/// <summary>How a channel is doing; holds no address and no secret.</summary>
/// <param name="Kind"><c>webhook</c>, <c>slack</c> or <c>email</c>.</param>
/// <param name="Minimum">What matters less is not told there.</param>
/// <param name="Databases">Whose alerts are told there; null for all.</param>
public sealed record ChannelStatus(string Name, string Kind, AlertSeverity Minimum, IReadOnlySet<string>? Databases)
{
    /// <summary>Notices that it has not taken yet.</summary>
    public int Waiting { get; init; }

    public long Delivered { get; init; }

    /// <summary>Attempts that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Notices that nobody will see there.</summary>
    public long GivenUp { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>Why the last attempt failed; null where it did not.</summary>
    public string? Failure { get; init; }
}
