using System.Text.Json;

namespace Surety.Server.Alerts.Channels;

/// <summary>An incoming webhook of Slack, and of what speaks its form: Mattermost, Rocket.Chat, Discord's <c>/slack</c>.</summary>
internal sealed class SlackChannel(Uri address) : IAlertChannel
{
    private readonly WebPost post = new(address);

    public string Kind => "slack";

    public async Task<Delivery> SendAsync(AlertNotice notice, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(SlackDocument.Of(notice), AlertJson.Default.SlackDocument);
        return await post.SendAsync(json, header: null, cancellationToken);
    }

    public void Dispose() => post.Dispose();
}

/// <param name="Text">For notifications, and for what knows no blocks.</param>
/// <param name="Blocks">For Slack.</param>
internal sealed record SlackDocument(string Text, IReadOnlyList<SlackBlock> Blocks)
{
    // Slack refuses a section of more than 3,000 characters.
    private const int MostCharacters = 2900;

    public static SlackDocument Of(AlertNotice notice)
    {
        var title = Escaped(NoticeText.Title(notice));
        var details = Escaped(string.Join('\n', NoticeText.Details(notice)));
        return new SlackDocument(title, [Block($"*{title}*"), Block(details)]);
    }

    private static SlackBlock Block(string text) => new("section", new SlackText("mrkdwn", text));

    /// <summary>Slack's three control characters (its manual, "Escaping text").</summary>
    private static string Escaped(string text) =>
        (text.Length > MostCharacters ? text[..MostCharacters] : text)
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}

internal sealed record SlackBlock(string Type, SlackText Text);

internal sealed record SlackText(string Type, string Text);
