using System.Security.Cryptography;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;

namespace Surety.Core.Restore;

/// <summary>
/// What killed operations left on a server. People are told and nothing is dropped: it is their server.
/// </summary>
internal static class AbandonedCopies
{
    /// <summary>A new name for a database that is not what was asked for, or not to stay.</summary>
    /// <param name="operation"><c>restore</c>, <c>rollback</c>, <c>drill</c>, <c>export</c> or <c>rehearse</c>.</param>
    public static string NewName(string operation) =>
        $"surety_{operation}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <summary>The name of the session that is held for as long as the operation runs, and that says so to the others.</summary>
    public static string SessionName(string operation, string database) => $"surety {operation} {database}";

    /// <summary>One line for people for each database that is left, with the command that removes it.</summary>
    public static Task<IReadOnlyList<string>> FindAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    ) =>
        connection.QueryAsync(
            SqlFile.Read("abandoned-copies"),
            r =>
                $"database \"{r.GetString(0)}\" is left of a {Noun(r.GetString(1))} that was killed, and nobody uses it; "
                + $"to remove it: DROP DATABASE {SqlText.Identifier(r.GetString(0))};",
            cancellationToken
        );

    /// <summary>What people call an operation: <c>rehearse</c> is the command, what was killed is a rehearsal.</summary>
    public static string Noun(string operation) => operation == "rehearse" ? "rehearsal" : operation;
}
