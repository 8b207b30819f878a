using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;

namespace Surety.Core.Restore;

/// <summary>What killed restores, those of rollbacks too, left on a server. People are told and nothing is dropped: it is their server.</summary>
internal static class AbandonedRestores
{
    /// <summary>The name of the session that a restore holds for as long as it runs, and that says so to the others.</summary>
    public static string SessionName(string working) => $"surety restore {working}";

    /// <summary>One line for people for each database that is left, with the command that removes it.</summary>
    public static Task<IReadOnlyList<string>> FindAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    ) =>
        connection.QueryAsync(
            SqlFile.Read("abandoned-restores"),
            r =>
                $"database \"{r.GetString(0)}\" is left of a restore or a rollback that was killed, and nobody uses it; "
                + $"to remove it: DROP DATABASE {SqlText.Identifier(r.GetString(0))};",
            cancellationToken
        );
}
