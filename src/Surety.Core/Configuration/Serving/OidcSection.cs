using Fields = System.Collections.Generic.Dictionary<string, Surety.Core.Configuration.ConfigurationNode>;

namespace Surety.Core.Configuration.Serving;

/// <summary><c>server.oidc</c>: people sign in at a provider of OpenID Connect. Variables are not yet expanded.</summary>
internal sealed record OidcSection(
    ConfigurationPlace Place,
    ConfigurationValue Authority,
    ConfigurationValue ClientId,
    ConfigurationValue? ClientSecret,
    ConfigurationValue? ClientSecretFile,
    IReadOnlyList<ConfigurationValue> Scopes,
    string RoleClaim,
    IReadOnlyDictionary<string, AccessRole> Roles
)
{
    private static readonly string[] Keys =
    [
        "authority",
        "client-id",
        "client-secret",
        "client-secret-file",
        "scopes",
        "roles",
    ];
    private static readonly string[] RoleKeys = ["claim", "admin", "operator", "viewer"];

    public static OidcSection? Read(ConfigurationNode? node)
    {
        if (node is null)
        {
            return null;
        }

        var fields = node.Entries(Keys);
        var roles = fields.GetValueOrDefault("roles")?.Entries(RoleKeys) ?? [];
        var words = RolesOf(roles);
        return new OidcSection(
            node.Place,
            Required(node, fields, "authority"),
            Required(node, fields, "client-id"),
            fields.Text("client-secret"),
            fields.Text("client-secret-file"),
            fields.Texts("scopes"),
            roles.Text("claim")?.Written ?? "roles",
            words.Count > 0
                ? words
                : throw node.Place.Error(
                    $"{node.Place.Key} says for nobody what he may do",
                    "add roles, for example: roles: {claim: groups, admin: [dba], viewer: [staff]}"
                )
        );
    }

    private static Dictionary<string, AccessRole> RolesOf(Fields fields)
    {
        var words = new Dictionary<string, AccessRole>();
        foreach (var role in Enum.GetValues<AccessRole>())
        {
            foreach (var word in fields.Texts(role.ToString().ToLowerInvariant()))
            {
                // The greatest role last: who has two words gets it.
                words[word.Written] = role;
            }
        }

        return words;
    }

    private static ConfigurationValue Required(ConfigurationNode node, Fields fields, string key) =>
        fields.Text(key) ?? throw node.Place.Error($"{node.Place.Key} has no {key}", "add it as the provider tells it");
}

/// <summary>A provider of OpenID Connect. Not a record: it holds a secret.</summary>
public sealed class OidcSetting
{
    /// <summary>Its issuer, without a slash at the end: <c>https://login.example.org/realms/staff</c>.</summary>
    public required Uri Authority { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Null for a public client, whom PKCE alone protects.</summary>
    public required string? ClientSecret { get; init; }

    /// <summary>Beside <c>openid profile email</c>.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The claim of the userinfo document that holds the words of <see cref="Roles"/>.</summary>
    public required string RoleClaim { get; init; }

    /// <summary>What a word of the claim lets somebody do.</summary>
    public required IReadOnlyDictionary<string, AccessRole> Roles { get; init; }

    internal static OidcSetting? Of(OidcSection? section, SettingsSources sources, string? folder) =>
        section is null
            ? null
            : new OidcSetting
            {
                Authority = AuthorityOf(section, sources),
                ClientId = section.ClientId.Expand(sources.Environment),
                ClientSecret = SecretOf(section, sources, folder!),
                Scopes = [.. section.Scopes.Select(scope => scope.Expand(sources.Environment))],
                RoleClaim = section.RoleClaim,
                Roles = section.Roles,
            };

    /// <summary>Who is who comes over this connection, unsigned: it has to be encrypted, or stay on the machine.</summary>
    private static Uri AuthorityOf(OidcSection section, SettingsSources sources)
    {
        var text = section.Authority.Expand(sources.Environment).TrimEnd('/');
        return
            Uri.TryCreate(text, UriKind.Absolute, out var authority)
            && (
                authority.Scheme == Uri.UriSchemeHttps
                || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback)
            )
            ? authority
            : throw section.Authority.Place.Error(
                $"{section.Authority.Place.Key} is no https address",
                "write the issuer of the provider, as https://login.example.org/realms/staff"
            );
    }

    private static string? SecretOf(OidcSection section, SettingsSources sources, string folder)
    {
        if (section.ClientSecretFile is not { } file)
        {
            return section.ClientSecret?.Expand(sources.Environment);
        }

        if (section.ClientSecret is not null)
        {
            throw section.Place.Error(
                $"{section.Place.Key} has client-secret and client-secret-file",
                "keep one of them"
            );
        }

        var path = sources.FullPath(file.Expand(sources.Environment), folder);
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } secret
                ? secret
                : throw file.Place.Error($"{path} is empty", "write the secret of the client into it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw file.Place.Error($"{path} cannot be read", "check that it is a file and that surety may read it");
        }
    }
}
