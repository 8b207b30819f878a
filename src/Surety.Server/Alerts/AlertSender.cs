using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Server.Alerts.Channels;

namespace Surety.Server.Alerts;

/// <summary>Tells alerts on the channels of the configuration, each in its own time.</summary>
public sealed class AlertSender : BackgroundService
{
    /// <summary>Longer ago that something is over, nobody has to hear of it any more.</summary>
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromDays(7);

    private readonly List<ChannelQueue> queues;
    private readonly TimeProvider clock;
    private readonly ILogger log;

    internal AlertSender(AlertSetting setting, TimeProvider clock, ILogger<AlertSender> log)
    {
        (this.clock, this.log) = (clock, log);
        queues = [.. setting.Channels.Select(one => new ChannelQueue(one, ChannelOf(one), clock, log))];
    }

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<ChannelStatus> Channels => [.. queues.Select(queue => queue.Status)];

    /// <summary>Sends a test on one channel at once, and returns when the other side took it.</summary>
    /// <exception cref="SuretyException">ChannelNotFound; AlertNotDelivered.</exception>
    public async Task TestAsync(string channel, CancellationToken cancellationToken)
    {
        if (queues.Find(queue => queue.Status.Name == channel) is not { } queue)
        {
            var names = string.Join(", ", queues.Select(one => one.Status.Name));
            throw new SuretyException(
                ErrorCode.ChannelNotFound,
                $"no channel is named '{channel}'; nothing was sent",
                names.Length == 0 ? "name one under alerts.channels in surety.yaml" : $"there are: {names}"
            );
        }

        var now = clock.GetUtcNow();
        var test = new Alert
        {
            Key = "test",
            Condition = default,
            Severity = AlertSeverity.Low,
            Databases = [],
            Text = $"this is a test of the channel {channel}; nothing is wrong",
            Since = now,
            ToldAt = now,
        };
        if (await queue.TryAsync(new AlertNotice(AlertEvent.Test, test, now), cancellationToken) is { } failure)
        {
            throw new SuretyException(
                ErrorCode.AlertNotDelivered,
                $"channel {channel} did not take the test: {failure}",
                "check the channel under alerts.channels in surety.yaml"
            );
        }
    }

    public override void Dispose()
    {
        foreach (var queue in queues)
        {
            queue.Dispose();
        }

        base.Dispose();
    }

    internal void Tell(IEnumerable<AlertNotice> notices)
    {
        foreach (var notice in notices)
        {
            foreach (var queue in queues.Where(queue => queue.Takes(notice.Alert)))
            {
                queue.Add(notice);
            }
        }
    }

    /// <summary>Names of the channels that take alerts like this one.</summary>
    internal IReadOnlyList<string> TakersOf(Alert alert) =>
        [.. queues.Where(queue => queue.Takes(alert)).Select(queue => queue.Status.Name)];

    /// <summary>Names of the channels that have not taken what they were told of an alert.</summary>
    internal IReadOnlyList<string> Holding(Alert alert) =>
        [.. queues.Where(queue => queue.Holds(alert)).Select(queue => queue.Status.Name)];

    /// <summary>What an earlier server was told to tell, and had not; in the order in which it was told.</summary>
    internal void TellAgain(AlertBook book)
    {
        foreach (var alert in book.Open.Values.Concat(book.Over).OrderBy(alert => alert.ToldAt))
        {
            var notice = new AlertNotice(CauseOf(alert), alert, alert.ToldAt);
            foreach (var queue in queues.Where(queue => alert.Untold.Contains(queue.Status.Name)))
            {
                if (clock.GetUtcNow() - alert.RecoveredAt > LongestRecovery)
                {
                    log.NoticeGivenUp(queue.Status.Name, notice.Event, alert.Key, "it has been over for a week");
                }
                else if (!queue.Holds(alert))
                {
                    queue.Add(notice);
                }
            }
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(queues.Select(queue => queue.RunAsync(stoppingToken)));

    private static AlertEvent CauseOf(Alert alert) =>
        alert.RecoveredAt is not null ? AlertEvent.Recovered
        : alert.ToldAt == alert.Since ? AlertEvent.Opened
        : AlertEvent.Reminder;

    private static IAlertChannel ChannelOf(AlertChannelSetting setting) =>
        setting switch
        {
            { Webhook: { } webhook } => new WebhookChannel(webhook),
            { Slack: { } slack } => new SlackChannel(slack),
            { Email: { } email } => new MailChannel(email),
            _ => throw new InvalidOperationException($"channel {setting.Name} has no form"),
        };
}
