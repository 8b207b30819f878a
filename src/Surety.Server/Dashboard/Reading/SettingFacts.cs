using Surety.Core;
using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Repository.Storage;
using Surety.Repository.Storage.S3;
using Surety.Server.Scheduling;
using Surety.Server.Served;

namespace Surety.Server.Dashboard.Reading;

/// <summary>What the configuration says, as it is in force. Secrets are in none of it: of an address that may be one, the host alone.</summary>
internal static class SettingFacts
{
    public static IReadOnlyList<Fact> Of(ServedDatabase database)
    {
        var settings = database.Settings;
        var (targets, schedule) = (settings.FindTargets(), settings.FindSchedule());
        var facts = new List<Fact>
        {
            Fact.Of("On its server", () => database.DatabaseName),
            Fact.Of("Repository", () => database.Repository.Name ?? "of its own"),
            new("May lose (RPO)", targets.Rpo is { } rpo ? Units.Limit(rpo) : "no target"),
            new(
                "Back within (RTO)",
                targets.Rto is { } rto
                    ? Units.Limit(rto)
                    : $"{Units.Limit(TargetSection.RestoreGoal)}, the product's goal"
            ),
            new("Schedule", schedule is null ? "none" : string.Join("; ", new ScheduleTimes(schedule).Describe())),
        };
        if (schedule is not null)
        {
            facts.Add(new("If missed", Words.Of(schedule.Missed)));
            facts.Add(new("Ended after", schedule.Timeout is { } limit ? Units.Limit(limit) : "no limit"));
        }

        facts.Add(new("After a backup", Words.Of(settings.FindAfterBackup())));
        facts.Add(Fact.Of("Retention", () => Words.Of(settings.FindRetention(database.DatabaseName))));
        return facts;
    }

    public static IReadOnlyList<Fact> OfRepository(SuretySettings settings, string name) =>
        [
            Fact.Of("Place", () => PlaceOf(settings.FindRepository(name).Place)),
            Fact.Of("Key", () => settings.FindKey(settings.FindRepository(name)) is null ? "none set" : "set"),
        ];

    public static IReadOnlyList<Fact> Of(ServerSetting server, IReadOnlyList<string> urls)
    {
        var access = server.Access;
        return
        [
            new("Listens at", string.Join(", ", urls)),
            new(
                "Proxies that are believed",
                string.Join(", ", ["this machine", .. access.Proxies.Select(one => $"{one}")])
            ),
            new("Runs at once", Units.Count(server.Jobs)),
            new("A run that is told to end has", Units.Limit(server.Grace)),
            new(
                "Shared with others",
                server.JobStore is null
                    ? "no: this server is alone"
                    : $"yes: a job store in PostgreSQL; each says every {Units.Limit(server.CheckIn)} that it is there"
            ),
            new("State folder", server.State),
            new("Log", server.Log == LogForm.Json ? "JSON, one object a line" : "text"),
            new("Users", EntriesOf(access.Users)),
            new("Tokens", EntriesOf(access.Tokens)),
            new(
                "OpenID Connect",
                access.Oidc is { } oidc ? $"{oidc.Authority.Host}, roles from {oidc.RoleClaim}" : "not set"
            ),
        ];
    }

    public static IReadOnlyList<Fact> Of(AlertSetting alerts) =>
        [
            new("Told again after", Units.Limit(alerts.Remind)),
            new("Failures in a row that are critical", Units.Count(alerts.Failures)),
            new("What a table may lose", Units.Percent(alerts.Shrink)),
            new("What has to be free on a disk", $"{alerts.Storage}"),
            new("Heartbeat", alerts.Heartbeat is { } heartbeat ? HeartbeatOf(heartbeat) : "none"),
        ];

    public static IReadOnlyList<Fact> Of(AlertChannelSetting channel) =>
        [
            .. channel switch
            {
                { Webhook: { } webhook } => new Fact[]
                {
                    new("Webhook at", webhook.Url.Host),
                    new("Signed", webhook.Secret is null ? "no" : "yes"),
                },
                { Slack: { } slack } => [new("Slack's form at", slack.Host)],
                { Email: { } mail } =>
                [
                    new(
                        "Mail by",
                        $"{mail.Host}:{mail.Port}, {(mail.Security == MailSecurity.None ? "not encrypted" : "STARTTLS")}"
                    ),
                    new("From", mail.From.Address),
                    new("To", string.Join(", ", mail.To.Select(one => one.Address))),
                    new("Signs in", mail.User is null ? "no" : "yes"),
                ],
                _ => [],
            },
            new("From severity", $"{channel.Minimum}".ToLowerInvariant()),
            new("Databases", NamesOf(channel.Databases)),
            new("An attempt takes at most", Units.Limit(channel.Timeout)),
        ];

    private static string PlaceOf(RepositoryPlace place) =>
        place switch
        {
            FolderPlace folder => $"folder {folder.Path}",
            S3Place s3 =>
                $"S3, bucket {s3.Bucket}{(s3.Prefix.Length > 0 ? $", {s3.Prefix}" : "")}{(s3.Endpoint is { } at ? $", at {at.Host}" : "")}",
            _ => "a file with one backup",
        };

    private static string HeartbeatOf(HeartbeatSetting heartbeat) =>
        $"{heartbeat.Url.Host}, every {Units.Limit(heartbeat.Every)}"
        + (heartbeat.OnlyWhenHealthy ? ", while every database is well" : "");

    private static string EntriesOf(IReadOnlyList<AccessEntry> entries) =>
        entries.Count == 0
            ? "none"
            : string.Join(
                ", ",
                entries.Select(entry =>
                    $"{entry.Name} ({$"{entry.Role}".ToLowerInvariant()}{(entry.Databases is null ? "" : $" of {NamesOf(entry.Databases)}")})"
                )
            );

    private static string NamesOf(IReadOnlySet<string>? databases) =>
        databases is null ? "all" : string.Join(", ", databases.Order(StringComparer.Ordinal));
}

/// <param name="Name">What is set.</param>
/// <param name="Value">To what; where that cannot be worked out, why, and what to do.</param>
public sealed record Fact(string Name, string Value, bool IsWrong = false)
{
    /// <summary>A setting that needs what may not be set: a variable of the environment, a file.</summary>
    public static Fact Of(string name, Func<string> value)
    {
        try
        {
            return new Fact(name, value());
        }
        catch (SuretyException e)
        {
            return new Fact(name, e.Hint is null ? e.Message : $"{e.Message}: {e.Hint}", IsWrong: true);
        }
    }
}
