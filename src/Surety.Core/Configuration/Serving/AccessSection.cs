using System.Net;
using Surety.Core.Access;
using Surety.Repository.Errors;
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

/// <summary>Who may use a server: <c>tokens</c> for programs, <c>users</c> and <c>oidc</c> for people.</summary>
/// <param name="Proxies">Addresses or networks of reverse proxies that say for whom they ask; loopback always does.</param>
internal sealed record AccessSection(
    IReadOnlyList<AccessEntry> Tokens,
    IReadOnlyList<AccessEntry> Users,
    OidcSection? Oidc,
    IReadOnlyList<IPNetwork> Proxies
)
{
    public static readonly string[] Keys = ["tokens", "users", "oidc", "proxies"];
    private static readonly string[] EntryKeys = ["name", "hash", "role", "databases"];

    public static AccessSection Read(Fields fields) =>
        new(
            Entries(fields, "tokens", AccessToken.IsHash),
            Entries(fields, "users", text => PasswordHash.TryParse(text) is not null),
            OidcSection.Read(fields.GetValueOrDefault("oidc")),
            [.. fields.Texts("proxies").Select(Network)]
        );

    private static List<AccessEntry> Entries(Fields fields, string key, Func<string, bool> isHash)
    {
        var entries = new List<AccessEntry>();
        foreach (var node in fields.GetValueOrDefault(key)?.Items() ?? [])
        {
            var entry = ReadEntry(node, isHash);
            if (entries.Any(other => other.Name == entry.Name))
            {
                throw node.Place.Error($"{node.Place.Key} is a second '{entry.Name}'", "give it another name");
            }

            entries.Add(entry);
        }

        return entries;
    }

    private static AccessEntry ReadEntry(ConfigurationNode node, Func<string, bool> isHash)
    {
        var fields = node.Entries(EntryKeys);
        var hash = Required(node, fields, "hash");
        return new AccessEntry(
            Required(node, fields, "name"),
            isHash(hash) ? hash : throw node.Place.Error($"{node.Place.Key}.hash is no hash", Advice),
            fields.Word<AccessRole>("role") ?? AccessRole.Viewer,
            fields.ContainsKey("databases")
                ? fields.Texts("databases").Select(value => value.Written).ToHashSet()
                : null
        );
    }

    private const string Advice = "surety access token and surety access password print a whole entry";

    private static string Required(ConfigurationNode node, Fields fields, string key) =>
        fields.Text(key)?.Written is { Length: > 0 } text
            ? text
            : throw node.Place.Error($"{node.Place.Key} has no {key}", Advice);

    private static IPNetwork Network(ConfigurationValue value) =>
        IPNetwork.TryParse(value.Written, out var network) ? network
        : IPAddress.TryParse(value.Written, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw value.Place.Error($"{value.Place.Key} is no address or network", "write it as 10.1.2.3 or 10.0.0.0/8");
}

/// <summary>Who may use a server.</summary>
public sealed class AccessSetting
{
    public required IReadOnlyList<AccessEntry> Tokens { get; init; }

    public required IReadOnlyList<AccessEntry> Users { get; init; }

    /// <summary>Where people sign in too; null for nowhere else.</summary>
    public OidcSetting? Oidc { get; init; }

    /// <summary>Reverse proxies that say for whom they ask.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>True where nobody could come in.</summary>
    public bool IsEmpty => Tokens.Count == 0 && Users.Count == 0 && Oidc is null;

    /// <exception cref="SuretyException"><see cref="ErrorCode.InvalidConfiguration"/>.</exception>
    internal static AccessSetting Of(AccessSection section, SettingsSources sources, string? folder) =>
        new()
        {
            Tokens = section.Tokens,
            Users = section.Users,
            Oidc = OidcSetting.Of(section.Oidc, sources, folder),
            Proxies = section.Proxies,
        };
}
