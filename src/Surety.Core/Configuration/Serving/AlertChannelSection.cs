using Entry = System.Collections.Generic.KeyValuePair<string, Surety.Core.Configuration.ConfigurationNode>;
using Fields = System.Collections.Generic.Dictionary<string, Surety.Core.Configuration.ConfigurationNode>;

namespace Surety.Core.Configuration.Serving;

/// <summary>One entry of <c>alerts.channels</c>; variables are not yet expanded.</summary>
internal sealed record AlertChannelSection(
    string Name,
    Fields Fields,
    AlertSeverity Minimum,
    IReadOnlyList<ConfigurationValue>? Databases,
    TimeSpan Timeout
)
{
    private const string Webhook = "webhook";
    private const string Slack = "slack";
    private const string Email = "email";
    private static readonly TimeSpan StandardTimeout = TimeSpan.FromSeconds(10);
    private static readonly string[] Forms = [Webhook, Slack, Email];
    private static readonly string[] Keys = [.. Forms, "secret", "secret-file", "minimum", "databases", "timeout"];

    public static AlertChannelSection Read(Entry channel)
    {
        var fields = channel.Value.Entries(Keys);
        if (Forms.Count(fields.ContainsKey) != 1)
        {
            throw channel.Value.Place.Error(
                $"{channel.Value.Place.Key} has to be one of webhook, slack, email",
                "give it one of them; a second one is a channel of its own"
            );
        }

        SecretFields.RequireVariable(fields.Text("secret"), "secret-file");
        return new AlertChannelSection(
            channel.Key,
            fields,
            fields.Word<AlertSeverity>("minimum") ?? AlertSeverity.Low,
            fields.ContainsKey("databases") ? fields.Texts("databases") : null,
            fields.LastingTimerDuration("timeout", "10s") ?? StandardTimeout
        );
    }

    /// <param name="sources">Where variables come from.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="known">The names of all databases: a slip in one would keep its alerts from everybody.</param>
    public AlertChannelSetting Expand(SettingsSources sources, string folder, IReadOnlyList<string> known) =>
        new()
        {
            Name = Name,
            Minimum = Minimum,
            Databases = Databases?.Select(value => KnownName(value, known)).ToHashSet(),
            Timeout = Timeout,
            Webhook = Fields.Text(Webhook) is { } webhook
                ? new WebhookSetting(webhook.ExpandWebAddress(sources), SecretOf(sources, folder))
                : null,
            Slack = Fields.Text(Slack)?.ExpandWebAddress(sources),
            Email = MailSection.Read(Fields.GetValueOrDefault(Email))?.Expand(sources, folder),
        };

    private static string KnownName(ConfigurationValue value, IReadOnlyList<string> known) =>
        known.Contains(value.Written)
            ? value.Written
            : throw value.Place.Error(
                $"no database is named '{value.Written}'",
                $"named under databases: {string.Join(", ", known)}"
            );

    private string? SecretOf(SettingsSources sources, string folder)
    {
        var texts = Fields.Where(field => field.Value.IsText).ToDictionary(f => f.Key, f => f.Value.Text());
        return SecretFields.Find(texts, "secret", "secret-file", sources, folder);
    }
}

/// <summary>Where alerts go: one of <see cref="Webhook"/>, <see cref="Slack"/> and <see cref="Email"/>. Not a record: it holds secrets.</summary>
public sealed class AlertChannelSetting
{
    public required string Name { get; init; }

    /// <summary>What matters less is not told here.</summary>
    public required AlertSeverity Minimum { get; init; }

    /// <summary>Those whose alerts are told here, by their names in the file; null for all.</summary>
    public required IReadOnlySet<string>? Databases { get; init; }

    /// <summary>Of one attempt.</summary>
    public required TimeSpan Timeout { get; init; }

    public WebhookSetting? Webhook { get; init; }

    /// <summary>An incoming webhook of Slack, Mattermost, Rocket.Chat.</summary>
    public Uri? Slack { get; init; }

    public MailSetting? Email { get; init; }
}

/// <param name="url">Gets a JSON document by POST.</param>
/// <param name="secret">Signs it; null for no signature.</param>
public sealed class WebhookSetting(Uri url, string? secret)
{
    public Uri Url => url;

    public string? Secret => secret;
}
