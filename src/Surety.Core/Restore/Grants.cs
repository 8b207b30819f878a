using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Restore;

/// <summary>Gives a database or a large object the grants that a backup holds as the text of an aclitem array.</summary>
internal static class Grants
{
    /// <param name="on">For example <c>DATABASE "shop"</c> or <c>LARGE OBJECT 1234</c>.</param>
    /// <param name="acl">Null where the grants are the default ones: then nothing is done.</param>
    public static async Task ApplyAsync(
        NpgsqlConnection connection,
        string on,
        string owner,
        string? acl,
        CancellationToken cancellationToken
    )
    {
        if (acl is null)
        {
            return;
        }

        // Nobody's grant is left: aclexplode() refuses an array without dimensions (seen).
        const string explode = """
            SELECT coalesce(r.rolname::text, ''), g.privilege_type, g.is_grantable
            FROM aclexplode(CASE WHEN $1 <> '{}' THEN $1::aclitem[] END) g LEFT JOIN pg_roles r ON r.oid = g.grantee
            """;
        var grants = await connection.QueryAsync(
            explode,
            r => (Grantee: r.GetString(0), Privilege: r.GetString(1), Grantable: r.GetBoolean(2)),
            cancellationToken,
            acl
        );
        string[] statements =
        [
            $"REVOKE ALL ON {on} FROM PUBLIC",
            $"REVOKE ALL ON {on} FROM {SqlText.Identifier(owner)}",
            .. grants.Select(g =>
                $"GRANT {g.Privilege} ON {on} TO {(g.Grantee.Length == 0 ? "PUBLIC" : SqlText.Identifier(g.Grantee))}"
                + (g.Grantable ? " WITH GRANT OPTION" : "")
            ),
        ];
        await connection.RunAsync(string.Join(";\n", statements), cancellationToken);
    }
}
