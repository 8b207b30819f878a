using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>Sees to it that the roles a backup names exist before anything is restored.</summary>
internal static class RoleCheck
{
    /// <summary>Creates missing roles where asked to, and returns their names; refuses with the full list otherwise.</summary>
    public static async Task<IReadOnlyList<string>> EnsureAsync(
        NpgsqlConnection connection,
        BackupContents contents,
        RestoreOptions options,
        CancellationToken cancellationToken
    )
    {
        var needed = contents.Roles.Where(r => !options.NoOwner || r.NamedByPolicy).ToList();
        var present = await connection.QueryAsync(
            "SELECT rolname::text FROM pg_roles",
            r => r.GetString(0),
            cancellationToken
        );
        var missing = needed.ExceptBy(present, r => r.Name).ToList();
        if (missing.Count == 0)
        {
            return [];
        }

        var names = missing.Select(r => r.Name).ToList();
        if (!options.CreateRoles)
        {
            throw new SuretyException(
                ErrorCode.RolesMissing,
                $"the server lacks {names.Count} of the roles that the backup names: {string.Join(", ", names)}; nothing was restored",
                options.NoOwner
                    ? "policies name these roles: create them, or let --create-roles do it"
                    : "create them, let --create-roles do it, or restore without owners and grants by --no-owner"
            );
        }

        foreach (var role in missing)
        {
            await connection.RunAsync(CreateSql(role), cancellationToken);
        }

        foreach (
            var grant in missing.SelectMany(
                r => r.MemberOf.Where(g => names.Contains(g) || present.Contains(g)),
                GrantSql
            )
        )
        {
            await connection.RunAsync(grant, cancellationToken);
        }

        return names;
    }

    /// <summary>
    /// A role with its attributes but for the dangerous ones: no log-in, no superuser, no replication; a password is in no
    /// backup. The caller tells the user.
    /// </summary>
    private static string CreateSql(RoleEntry role) =>
        $"CREATE ROLE {SqlText.Identifier(role.Name)} NOLOGIN {(role.Inherit ? "INHERIT" : "NOINHERIT")}"
        + $" CONNECTION LIMIT {role.ConnectionLimit}";

    private static string GrantSql(RoleEntry role, string group) =>
        $"GRANT {SqlText.Identifier(group)} TO {SqlText.Identifier(role.Name)}";
}
