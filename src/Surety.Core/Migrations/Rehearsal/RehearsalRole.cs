using Surety.Core.Postgres;
using Surety.Core.Restore;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>Who runs the migration: whoever was named, else the owner of the database, as in real life where possible.</summary>
internal static class RehearsalRole
{
    /// <exception cref="SuretyException">InvalidArgument: the server has no such role.</exception>
    public static async Task<string> FindAsync(
        TemporaryCopy copy,
        BackupContents? contents,
        string? named,
        CancellationToken cancellationToken
    )
    {
        var wanted = named ?? contents?.Database.Owner ?? copy.Database.User;
        var present = await copy.Session.QueryAsync(
            "SELECT pg_has_role(rolname, 'MEMBER') FROM pg_roles WHERE rolname = $1",
            r => r.GetBoolean(0),
            cancellationToken,
            wanted
        );
        if (named is not null && present is not [true])
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"role {wanted} does not exist on the server of the copy, or may not be taken there; your database was not touched",
                contents is null
                    ? "name a role that the server of --scratch has, or none"
                    : "name a role that the backup has, or none for the owner of the database"
            );
        }

        if (present is not [true])
        {
            return copy.Database.User;
        }

        if (copy.IsOnScratchServer && contents?.Roles.FirstOrDefault(r => r.Name == wanted) is { } role)
        {
            await GiveAttributesAsync(copy, role, cancellationToken);
        }

        return wanted;
    }

    /// <summary>A restore leaves these out: on a server that goes again, they cost nothing and make it real.</summary>
    private static async Task GiveAttributesAsync(
        TemporaryCopy copy,
        RoleEntry role,
        CancellationToken cancellationToken
    )
    {
        string[] attributes =
        [
            .. role.Superuser ? ["SUPERUSER"] : Array.Empty<string>(),
            .. role.CreateRole ? ["CREATEROLE"] : Array.Empty<string>(),
            .. role.CreateDatabase ? ["CREATEDB"] : Array.Empty<string>(),
            .. role.BypassRowSecurity ? ["BYPASSRLS"] : Array.Empty<string>(),
        ];
        if (attributes.Length > 0 && role.Name != copy.Database.User)
        {
            await copy.Session.RunAsync(
                $"ALTER ROLE {SqlText.Identifier(role.Name)} {string.Join(' ', attributes)}",
                cancellationToken
            );
        }
    }
}
