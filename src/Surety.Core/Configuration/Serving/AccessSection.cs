using Fields = System.Collections.Generic.Dictionary<string, Surety.Core.Configuration.ConfigurationNode>;

namespace Surety.Core.Configuration.Serving;

/// <summary>What somebody may do on a server; each may what the ones before it may.</summary>
public enum AccessRole
{
    /// <summary>Looks.</summary>
    Viewer,

    /// <summary>Makes backups and proofs: nothing that changes a database that is in use, or deletes.</summary>
    Operator,

    /// <summary>Everything, what destroys too.</summary>
    Admin,
}

/// <summary>One entry of <c>server.tokens</c> or <c>server.users</c>.</summary>
/// <param name="Name">Who it is, as the journal names it.</param>
/// <param name="Hash">Of the token or the password; never the secret itself.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Databases">On which databases, by their names in the file; null for all.</param>
public sealed record AccessEntry(string Name, string Hash, AccessRole Role, IReadOnlySet<string>? Databases);

/// <summary>Who may use a server: <c>tokens</c> for programs, <c>users</c> for people.</summary>
internal sealed record AccessSection(IReadOnlyList<AccessEntry> Tokens, IReadOnlyList<AccessEntry> Users)
{
    public static readonly string[] Keys = ["tokens", "users"];
    private static readonly string[] EntryKeys = ["name", "hash", "role", "databases"];

    public static AccessSection Read(Fields fields) => new(Entries(fields, "tokens"), Entries(fields, "users"));

    private static List<AccessEntry> Entries(Fields fields, string key) =>
        fields.GetValueOrDefault(key)?.Items().Select(ReadEntry).ToList() ?? [];

    private static AccessEntry ReadEntry(ConfigurationNode node)
    {
        var fields = node.Entries(EntryKeys);
        return new AccessEntry(
            Required(node, fields, "name"),
            Required(node, fields, "hash"),
            fields.Word<AccessRole>("role") ?? AccessRole.Viewer,
            fields.ContainsKey("databases")
                ? fields.Texts("databases").Select(value => value.Written).ToHashSet()
                : null
        );
    }

    private static string Required(ConfigurationNode node, Fields fields, string key) =>
        fields.Text(key)?.Written
        ?? throw node.Place.Error($"{node.Place.Key} has no {key}", "surety access prints a whole entry");
}

/// <summary>Who may use a server.</summary>
public sealed class AccessSetting
{
    public required IReadOnlyList<AccessEntry> Tokens { get; init; }

    public required IReadOnlyList<AccessEntry> Users { get; init; }

    internal static AccessSetting Of(AccessSection section, SettingsSources sources, string? folder) =>
        new() { Tokens = section.Tokens, Users = section.Users };
}
