using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Errors;

namespace Surety.Core.Restore;

/// <summary>
/// Keeps triggers and foreign keys from acting on rows that are only put back, within the caller's transaction, which
/// has locked the tables. Where nothing can hold something, it is refused before anything is changed.
/// </summary>
internal sealed class TriggerHold(NpgsqlConnection connection, IReadOnlyList<QualifiedName> tables)
{
    private IReadOnlyList<string> enableAgain = [];

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await RefuseAsync(AlwaysActingSql, "would run while rows are replaced", cancellationToken);
        if (await SilentSession.TryAsync(connection, cancellationToken))
        {
            return;
        }

        await RefuseAsync(CascadingSql, "would change rows of tables that are not restored", cancellationToken);
        enableAgain = await QueryAsync(EnabledSql, cancellationToken);
        await RunAsync(tables.Select(t => $"ALTER TABLE ONLY {t.Sql} DISABLE TRIGGER USER"), cancellationToken);
    }

    /// <summary>Gives every trigger the state that it had.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => RunAsync(enableAgain, cancellationToken);

    // Triggers that fire even in a replica session, and rules on DELETE.
    private const string AlwaysActingSql = """
        SELECT format('trigger %I on %s', t.tgname, t.tgrelid::regclass)
        FROM pg_trigger t
        WHERE NOT t.tgisinternal AND t.tgenabled IN ('A', 'R') AND t.tgrelid = ANY ($1::text[]::regclass[])
        UNION ALL
        SELECT format('rule %I on %s', r.rulename, r.ev_class::regclass)
        FROM pg_rewrite r
        WHERE r.ev_type = '4' AND r.ev_enabled <> 'D' AND r.ev_class = ANY ($1::text[]::regclass[])
        """;

    // ON DELETE CASCADE, SET NULL and SET DEFAULT: they act without a word, NO ACTION and RESTRICT refuse by themselves.
    private const string CascadingSql = """
        SELECT format('foreign key %I on %s', k.conname, k.conrelid::regclass)
        FROM pg_constraint k
        WHERE k.contype = 'f' AND k.confdeltype IN ('c', 'n', 'd')
          AND k.confrelid = ANY ($1::text[]::regclass[]) AND k.conrelid <> ALL ($1::text[]::regclass[])
        """;

    private const string EnabledSql = """
        SELECT format('ALTER TABLE ONLY %s ENABLE TRIGGER %I', t.tgrelid::regclass, t.tgname)
        FROM pg_trigger t
        WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND t.tgrelid = ANY ($1::text[]::regclass[])
        """;

    private async Task RefuseAsync(string sql, string what, CancellationToken cancellationToken)
    {
        var found = await QueryAsync(sql, cancellationToken);
        if (found.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.ConfirmationNeeded,
                $"{string.Join(", ", found)} {what}; nothing was changed",
                "disable it first, restore the other tables in the same command, or leave --replace out to restore beside"
            );
        }
    }

    private Task<IReadOnlyList<string>> QueryAsync(string sql, CancellationToken cancellationToken) =>
        connection.QueryAsync(sql, r => r.GetString(0), cancellationToken, tables.Select(t => t.Sql).ToArray());

    private async Task RunAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
        {
            await connection.RunAsync(statement, cancellationToken);
        }
    }
}
