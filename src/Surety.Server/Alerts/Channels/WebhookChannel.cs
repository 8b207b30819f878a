using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Alerts.Channels;

/// <summary>Posts a JSON document (docs/server.md), signed where there is a secret.</summary>
internal sealed class WebhookChannel(WebhookSetting setting) : IAlertChannel
{
    public const string SignatureHeader = "Surety-Signature";

    private readonly WebPost post = new(setting.Url);

    public string Kind => "webhook";

    public async Task<Delivery> SendAsync(AlertNotice notice, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(WebhookDocument.Of(notice), AlertJson.Default.WebhookDocument);
        return await post.SendAsync(json, SignatureOf(json), cancellationToken);
    }

    public void Dispose() => post.Dispose();

    private (string, string)? SignatureOf(byte[] json) =>
        setting.Secret is { } secret
            ? (
                SignatureHeader,
                $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), json))}"
            )
            : null;
}

/// <summary>What a webhook gets. Members are added, never renamed or taken away.</summary>
/// <param name="Event"><c>opened</c>, <c>worse</c>, <c>reminder</c>, <c>recovered</c> or <c>test</c>.</param>
/// <param name="Key">The same from the first to the last document about one alert.</param>
/// <param name="Condition">What kind of alert: <c>backup-failed</c>.</param>
/// <param name="Severity"><c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</param>
/// <param name="Databases">By their names in the configuration.</param>
/// <param name="Object">A table or a repository, or left out.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Hint">What to do, or left out.</param>
/// <param name="Since">When it was first seen.</param>
/// <param name="At">When this was told.</param>
/// <param name="Server">The machine that tells it.</param>
internal sealed record WebhookDocument(
    string Event,
    string Key,
    string Condition,
    string Severity,
    IReadOnlyList<string> Databases,
    string? Object,
    string Text,
    string? Hint,
    DateTimeOffset Since,
    DateTimeOffset At,
    string Server
)
{
    public static WebhookDocument Of(AlertNotice notice) =>
        new(
            $"{notice.Event}".ToLowerInvariant(),
            notice.Alert.Key,
            notice.Event == AlertEvent.Test ? "test" : AlertFinding.NameOf(notice.Alert.Condition),
            NoticeText.NameOf(notice.Alert.Severity),
            notice.Alert.Databases,
            notice.Alert.Object,
            notice.Alert.Text,
            notice.Alert.Hint,
            notice.Alert.Since,
            notice.At,
            Environment.MachineName
        );
}
