using Npgsql;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Progress;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Runs;

/// <summary>Why a migration stopped.</summary>
/// <param name="File">Which one.</param>
/// <param name="Line">Of the statement; null where all of them had run.</param>
/// <param name="Statement">The statement's first words; null likewise.</param>
/// <param name="Reason">The server's words.</param>
/// <param name="SqlState">Its code, or null where the connection broke.</param>
/// <param name="Committed">How many statements of the migration stay in effect.</param>
public sealed record StatementFailure(
    string File,
    int? Line,
    string? Statement,
    string Reason,
    string? SqlState,
    int Committed
)
{
    /// <summary>True where nobody knows whether the transaction took place.</summary>
    public bool InDoubt { get; init; }

    /// <summary>Others were in the way: a lock, a deadlock, a row that changed meanwhile.</summary>
    internal bool IsContention => SqlState is "55P03" or "40P01" or "40001";
}

/// <summary>Runs one migration in a session of its own, with the settings that an application's has there.</summary>
internal sealed class StepRun(
    MigrationOptions options,
    MigrationHistory ledger,
    TimeProvider clock,
    OperationProgress progress
)
{
    private const int ShownWords = 20;

    /// <summary>Runs it and records that, as one if it is one transaction.</summary>
    /// <returns>Null where all of it was done.</returns>
    /// <exception cref="SuretyException">What opening a session throws; PrivilegeMissing for the table of what ran.</exception>
    public Task<StatementFailure?> RunAsync(
        MigrationStep step,
        MigrationTerms terms,
        CancellationToken cancellationToken
    ) =>
        step.Script.InTransaction
            ? RunInTransactionAsync(step, terms, cancellationToken)
            : RunAloneAsync(step, terms, cancellationToken);

    private async Task<StatementFailure?> RunInTransactionAsync(
        MigrationStep step,
        MigrationTerms terms,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await OpenAsync(cancellationToken);
        var startedAt = clock.GetUtcNow();
        await connection.RunAsync($"BEGIN; SET LOCAL {LockTimeout(options.LockTimeout)}", cancellationToken);
        await new MigrationHistory(connection).EnsureTableAsync(cancellationToken);
        await using (var watch = await Watch.OpenAsync(options.Target, connection, progress, cancellationToken))
        {
            foreach (var (statement, data) in Statements(step.Script))
            {
                if (await TryRunAsync(connection, statement, data, cancellationToken) is { } failure)
                {
                    // What is not committed goes with the session.
                    return failure with { Reason = failure.Reason + watch.InTheWay };
                }
            }
        }

        try
        {
            await RecordAsync(connection, step, terms, startedAt, cancellationToken);
            await FinalCommit.RunAsync(
                connection,
                $"whether {step.Script.File} is in effect is not known",
                "surety migrate status tells: it is recorded in the same transaction",
                cancellationToken
            );
            return null;
        }
        catch (SuretyException e)
        {
            return new(step.Script.File, null, null, e.Message, ServerErrors.SqlStateOf(e), 0)
            {
                InDoubt = FinalCommit.IsInDoubt(e),
            };
        }
    }

    /// <summary>In the migration's own transaction, as whoever the session began as.</summary>
    private static async Task RecordAsync(
        NpgsqlConnection connection,
        MigrationStep step,
        MigrationTerms terms,
        DateTimeOffset startedAt,
        CancellationToken cancellationToken
    )
    {
        await connection.RunAsync(
            "RESET SESSION AUTHORIZATION; RESET ROLE; SET LOCAL search_path = pg_catalog",
            cancellationToken
        );
        var history = new MigrationHistory(connection);
        if (step.Undoes is { } row)
        {
            await history.UndoAsync(row, cancellationToken);
        }
        else
        {
            await history.AddAsync(
                step.Migration,
                MigrationState.Done,
                terms,
                step.Script.Statements,
                startedAt,
                cancellationToken
            );
        }
    }

    /// <summary>
    /// Without a transaction around it. It is recorded as begun before, and as done after, over a session of its own: killed
    /// in between, it is known to be unfinished.
    /// </summary>
    private async Task<StatementFailure?> RunAloneAsync(
        MigrationStep step,
        MigrationTerms terms,
        CancellationToken cancellationToken
    )
    {
        var id = await BeginAloneAsync(step, terms, cancellationToken);
        await using var connection = await OpenAsync(cancellationToken);
        var (done, committed, open) = (0, 0, false);
        foreach (var (statement, data) in Statements(step.Script))
        {
            // Work beside others waits for them as long as they take, and keeps nobody waiting meanwhile.
            var wait = TransactionRules.WorksConcurrently(statement) ? TimeSpan.Zero : options.LockTimeout;
            if (!open)
            {
                await connection.RunAsync($"SET {LockTimeout(wait)}", cancellationToken);
            }

            if (await TryRunAsync(connection, statement, data, cancellationToken) is { } failure)
            {
                await ledger.FailAsync(id, failure.Reason, cancellationToken);
                return failure with { Committed = committed };
            }

            done++;
            open = TransactionRules.ChangeOf(statement) switch
            {
                TransactionChangeKind.Begin => true,
                TransactionChangeKind.End => false,
                _ => open,
            };
            if (!open)
            {
                committed = done;
                await ledger.ProgressAsync(id, committed, cancellationToken);
            }
        }

        if (open)
        {
            // A BEGIN that nothing ended: what is recorded as done has to be in effect.
            await connection.RunAsync("COMMIT", cancellationToken);
        }

        await EndAloneAsync(step, id, cancellationToken);
        return null;
    }

    private async Task<long> BeginAloneAsync(
        MigrationStep step,
        MigrationTerms terms,
        CancellationToken cancellationToken
    )
    {
        await ledger.EnsureTableAsync(cancellationToken);
        if (step.Undoes is not { } row)
        {
            var now = clock.GetUtcNow();
            return await ledger.AddAsync(step.Migration, MigrationState.Started, terms, 0, now, cancellationToken);
        }

        await ledger.BeginUndoAsync(row, cancellationToken);
        return row.Id;
    }

    private Task EndAloneAsync(MigrationStep step, long id, CancellationToken cancellationToken) =>
        step.Undoes is { } row ? ledger.UndoAsync(row, cancellationToken) : ledger.FinishAsync(id, cancellationToken);

    private Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) =>
        PostgresConnections.OpenAsync(options.Target, "surety migrate", cancellationToken);

    private static string LockTimeout(TimeSpan wait) => $"lock_timeout = '{(long)wait.TotalMilliseconds}ms'";

    private static async Task<StatementFailure?> TryRunAsync(
        NpgsqlConnection connection,
        SqlStatement statement,
        CopyData? data,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (data is null)
            {
                await using var command = new NpgsqlCommand(statement.Text, connection);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            else
            {
                await using var writer = await connection.BeginTextImportAsync(statement.Text, cancellationToken);
                await writer.WriteAsync(data.Source.Text.AsMemory(data.Start, data.Length), cancellationToken);
            }

            return null;
        }
        catch (NpgsqlException e)
        {
            var error = ServerErrors.From(e);
            var line = e is PostgresException { Position: > 0 } at
                ? PositionOf(statement, at.Position)
                : statement.Line;
            var sqlState = ServerErrors.SqlStateOf(error);
            return new(statement.Source.File, line, Shown(statement), error.Message, sqlState, 0);
        }
    }

    private static int PositionOf(SqlStatement statement, int position) =>
        statement.PositionOf(Math.Min(position, statement.Text.Length) - 1).Line;

    /// <summary>Its first words, without what stands in quotes: a password can be among that.</summary>
    private static string Shown(SqlStatement statement)
    {
        var words = statement
            .Tokens.Take(ShownWords)
            .Select(t => t.Kind == TokenKind.Text ? "'...'" : statement.Text.Substring(t.Start, t.Length));
        return string.Join(' ', words) + (statement.Tokens.Count > ShownWords ? " ..." : "");
    }

    /// <summary>The statements, each with the rows that stand behind it.</summary>
    private static IEnumerable<(SqlStatement Statement, CopyData? Data)> Statements(RunnableScript script)
    {
        for (var i = 0; i < script.Items.Count; i++)
        {
            if (script.Items[i] is SqlStatement statement)
            {
                yield return (statement, script.Items.ElementAtOrDefault(i + 1) as CopyData);
            }
        }
    }

    /// <summary>Tells who keeps a migration waiting, over a connection of its own.</summary>
    private sealed class Watch(NpgsqlConnection connection, WaitWatch watch) : IAsyncDisposable
    {
        public string InTheWay => watch.InTheWay;

        public static async Task<Watch> OpenAsync(
            ConnectionTarget target,
            NpgsqlConnection watched,
            OperationProgress progress,
            CancellationToken cancellationToken
        )
        {
            var connection = await PostgresConnections.OpenAsync(target, "surety migrate", cancellationToken);
            return new Watch(connection, WaitWatch.Start(connection, watched.ProcessID, progress));
        }

        public async ValueTask DisposeAsync()
        {
            await watch.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
