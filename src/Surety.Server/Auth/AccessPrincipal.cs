using System.Security.Claims;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Auth;

/// <summary>Who uses the server and what he may do, as claims: what every way of signing in comes to.</summary>
public static class AccessPrincipal
{
    /// <summary>As the journal has it: <c>token ci</c>, <c>user anna</c>.</summary>
    public const string WhoClaim = "surety:who";
    public const string RoleClaim = "surety:role";

    /// <summary>One for each database; <see cref="AllDatabases"/> for all.</summary>
    public const string DatabaseClaim = "surety:database";

    /// <summary>Names what the session was made from; another one ends it.</summary>
    public const string StampClaim = "surety:stamp";

    /// <summary>No name of a database: names in the configuration are never empty.</summary>
    private const string AllDatabases = "";
    private const int LongestWho = 100;

    /// <param name="who">As the journal names it.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="databases">On which databases; null for all.</param>
    /// <param name="scheme">How it signed in.</param>
    /// <param name="stamp">See <see cref="StampClaim"/>; null where there is no session.</param>
    public static ClaimsPrincipal Create(
        string who,
        AccessRole role,
        IReadOnlySet<string>? databases,
        string scheme,
        string? stamp = null
    )
    {
        List<Claim> claims = [new(WhoClaim, Plain(who)), new(RoleClaim, role.ToString())];
        claims.AddRange(
            (databases ?? new HashSet<string> { AllDatabases }).Select(name => new Claim(DatabaseClaim, name))
        );
        if (stamp is not null)
        {
            claims.Add(new Claim(StampClaim, stamp));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, WhoClaim, RoleClaim));
    }

    /// <summary>Who asks, as the journal and runs name it.</summary>
    public static string RequestedBy(this ClaimsPrincipal principal) =>
        principal.FindFirstValue(WhoClaim) ?? throw new InvalidOperationException("nobody has signed in");

    /// <summary>The role; null where nobody has signed in.</summary>
    public static AccessRole? Role(this ClaimsPrincipal principal) =>
        Enum.TryParse<AccessRole>(principal.FindFirstValue(RoleClaim), out var role) ? role : null;

    /// <summary>True where somebody may do what takes a role, on some database.</summary>
    public static bool Has(this ClaimsPrincipal principal, AccessRole role) => principal.Role() >= role;

    /// <summary>True where somebody may use every database, those that are added later too.</summary>
    public static bool MayUseAll(this ClaimsPrincipal principal, AccessRole role) =>
        principal.Has(role) && principal.HasClaim(DatabaseClaim, AllDatabases);

    /// <summary>True where somebody may do on a database what takes a role.</summary>
    /// <param name="principal">Who.</param>
    /// <param name="database">Its name in the configuration; null for what concerns all.</param>
    /// <param name="role">What it takes.</param>
    public static bool MayUse(this ClaimsPrincipal principal, string? database, AccessRole role) =>
        principal.MayUseAll(role)
        || (database is { Length: > 0 } && principal.Has(role) && principal.HasClaim(DatabaseClaim, database));

    /// <summary>A name from elsewhere gets into the journal, the log and the environment of a program.</summary>
    private static string Plain(string who)
    {
        var plain = string.Concat(who.Where(character => !char.IsControl(character)));
        return plain.Length <= LongestWho ? plain : plain[..LongestWho];
    }
}
