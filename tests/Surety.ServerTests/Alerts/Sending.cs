using Microsoft.Extensions.Logging.Abstractions;
using Surety.Core.Configuration.Serving;
using Surety.Server.Alerts;

namespace Surety.ServerTests.Alerts;

/// <summary>A sender that runs by itself, without a server around it.</summary>
internal sealed class Sending : IAsyncDisposable
{
    private Sending(AlertSender sender) => Sender = sender;

    public AlertSender Sender { get; }

    public static async Task<Sending> StartAsync(params AlertChannelSetting[] channels)
    {
        var setting = new AlertSetting
        {
            Remind = TimeSpan.FromDays(1),
            Failures = 3,
            Shrink = 0.5,
            Storage = FreeSpace.Standard,
            Channels = channels,
            Heartbeat = null,
        };
        var sender = new AlertSender(setting, TimeProvider.System, NullLogger<AlertSender>.Instance);
        await sender.StartAsync(CancellationToken.None);
        return new Sending(sender);
    }

    /// <summary>One form of the three; what does not answer is given up soon.</summary>
    public static AlertChannelSetting Channel(
        string name,
        WebhookSetting? webhook = null,
        Uri? slack = null,
        MailSetting? mail = null,
        AlertSeverity minimum = AlertSeverity.Low,
        IReadOnlySet<string>? databases = null
    ) =>
        new()
        {
            Name = name,
            Minimum = minimum,
            Databases = databases,
            Timeout = name == "silent" ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(30),
            Webhook = webhook,
            Slack = slack,
            Email = mail,
        };

    public void Tell(AlertNotice notice) => Sender.Tell([notice]);

    public async ValueTask DisposeAsync()
    {
        await Sender.StopAsync(CancellationToken.None);
        Sender.Dispose();
    }
}

internal static class Notices
{
    public static AlertNotice Opened(
        string database,
        AlertSeverity severity = AlertSeverity.High,
        string text = "it failed"
    )
    {
        var at = new DateTimeOffset(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
        var finding = new AlertFinding(AlertCondition.BackupFailed, severity, [database], null, text, "look");
        return new AlertNotice(AlertEvent.Opened, Alert.Of(finding, at), at);
    }
}
