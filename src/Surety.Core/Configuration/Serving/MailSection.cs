using System.Net.Mail;
using Fields = System.Collections.Generic.Dictionary<string, Surety.Core.Configuration.ConfigurationNode>;

namespace Surety.Core.Configuration.Serving;

/// <summary>How the way to a mail server is kept from others' eyes.</summary>
public enum MailSecurity
{
    /// <summary>An ordinary connection turns to TLS before anything is said (RFC 3207).</summary>
    StartTls,

    /// <summary>Everything is readable on the way.</summary>
    None,
}

/// <summary>What <c>email</c> of a channel says; variables are not yet expanded.</summary>
internal sealed record MailSection(ConfigurationPlace Place, Fields Fields)
{
    private const int SubmissionPort = 587;
    private static readonly string[] Keys =
    [
        "host",
        "port",
        "security",
        "from",
        "to",
        "user",
        "password",
        "password-file",
    ];

    public static MailSection? Read(ConfigurationNode? node)
    {
        if (node?.Entries(Keys) is not { } fields)
        {
            return null;
        }

        SecretFields.RequireVariable(fields.Text("password"), "password-file");
        return new MailSection(node.Place, fields);
    }

    public MailSetting Expand(SettingsSources sources, string folder)
    {
        var texts = Fields.Where(field => field.Value.IsText).ToDictionary(f => f.Key, f => f.Value.Text());
        var user = texts.GetValueOrDefault("user")?.Expand(sources.Environment);
        var password = SecretFields.Find(texts, "password", "password-file", sources, folder);
        if ((user is null) != (password is null))
        {
            throw Place.Error(
                $"{Place.Key} has a user without a password, or a password without a user",
                "give both, or neither for a server that asks for none"
            );
        }

        return new MailSetting
        {
            Host = Required("host").Expand(sources.Environment),
            Port = Fields.Number("port") ?? SubmissionPort,
            Security = Fields.Word<MailSecurity>("security") ?? MailSecurity.StartTls,
            From = Address(Required("from"), sources),
            To = [.. Recipients().Select(value => Address(value, sources))],
            User = user,
            Password = password,
        };
    }

    private IReadOnlyList<ConfigurationValue> Recipients() =>
        Fields.Texts("to") is { Count: > 0 } to
            ? to
            : throw Place.Error($"{Place.Key} has no to", "add who gets it: to: ops@example.com");

    private ConfigurationValue Required(string key) =>
        Fields.Text(key) ?? throw Place.Error($"{Place.Key} has no {key}", "host, from and to are needed");

    private static MailAddress Address(ConfigurationValue value, SettingsSources sources) =>
        MailAddress.TryCreate(value.Expand(sources.Environment), out var address)
            ? address
            : throw value.Place.Error($"{value.Place.Key} is no mail address", "write it as ops@example.com");
}

/// <summary>A mail server, and who writes to whom. Not a record: it holds a password.</summary>
public sealed class MailSetting
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required MailSecurity Security { get; init; }

    public required MailAddress From { get; init; }

    public required IReadOnlyList<MailAddress> To { get; init; }

    /// <summary>Null where the server asks for none; <see cref="Password"/> likewise.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }
}
