using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Restore;

namespace Surety.Core.Rollback.Rewind;

/// <summary>
/// Keeps triggers, rules and foreign keys from acting on rows that are only taken back, within the caller's transaction:
/// silenced for the session where the role may; else disabled and taken off one by one. So are checks that are not valid,
/// which rows of the backup may break. What is changed for that is changed back before the end, to the state that it had.
/// </summary>
internal sealed class QuietTables
{
    private readonly NpgsqlConnection connection;
    private readonly List<string> back = [];

    private QuietTables(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<QuietTables> BeginAsync(
        NpgsqlConnection connection,
        IReadOnlyList<QualifiedName> tables,
        CancellationToken cancellationToken
    )
    {
        var quiet = new QuietTables(connection);
        var names = tables.Select(t => t.Sql).ToArray();
        var silent = await SilentSession.TryAsync(connection, cancellationToken);
        await quiet.PutAsideAsync(SqlFile.Read("acting-triggers"), [names, silent], cancellationToken);
        await quiet.PutAsideAsync(SqlFile.Read("acting-checks"), [names], cancellationToken);
        if (!silent)
        {
            await quiet.PutAsideAsync(SqlFile.Read("acting-foreign-keys"), [names], cancellationToken);
        }

        return quiet;
    }

    /// <summary>Foreign keys that were taken off are proven as they come back.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        // What waits for the end of the transaction keeps a table from being altered.
        await connection.RunAsync("SET CONSTRAINTS ALL IMMEDIATE", cancellationToken);
        foreach (var statement in back)
        {
            await connection.RunAsync(statement, cancellationToken);
        }
    }

    private async Task PutAsideAsync(string sql, object[] parameters, CancellationToken cancellationToken)
    {
        var acting = await connection.QueryAsync(
            sql,
            r => (Aside: r.GetString(0), Back: r.GetString(1)),
            cancellationToken,
            parameters
        );
        foreach (var (aside, itsBack) in acting)
        {
            await connection.RunAsync(aside, cancellationToken);
            back.Add(itsBack);
        }
    }
}
