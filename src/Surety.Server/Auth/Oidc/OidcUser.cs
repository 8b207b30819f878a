using System.Text.Json;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Auth.Oidc;

/// <summary>Who a provider says it is, and what the configuration lets him do.</summary>
internal sealed record OidcUser(string Name, AccessRole Role)
{
    private static readonly string[] Names = ["preferred_username", "email", "name", "sub"];

    /// <param name="user">The userinfo document.</param>
    /// <param name="oidc">What its claims mean.</param>
    /// <exception cref="OidcRoleException">Nothing that he has is a word of the configuration.</exception>
    public static OidcUser Of(JsonElement user, OidcSetting oidc)
    {
        var name = Names.Select(claim => Text(user, claim)).FirstOrDefault(text => text is { Length: > 0 });
        if (name is null)
        {
            throw new JsonException("the userinfo document has no sub");
        }

        var roles = Words(user, oidc.RoleClaim).Where(oidc.Roles.ContainsKey).Select(word => oidc.Roles[word]).ToList();
        return roles.Count > 0 ? new OidcUser(name, roles.Max()) : throw new OidcRoleException(name);
    }

    /// <summary>A claim is one text, or a list of them; Keycloak has them one object down: <c>realm_access.roles</c>.</summary>
    private static List<string> Words(JsonElement user, string claim)
    {
        var value = user;
        foreach (var part in user.TryGetProperty(claim, out _) ? [claim] : claim.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(part, out value))
            {
                return [];
            }
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array =>
            [
                .. value
                    .EnumerateArray()
                    .Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => item.GetString()!),
            ],
            _ => [],
        };
    }

    private static string? Text(JsonElement user, string claim) =>
        user.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>The provider knows him, and the configuration has no role for him.</summary>
internal sealed class OidcRoleException(string name)
    : Exception($"{name} has none of the roles that server.oidc.roles names");
