using System.Diagnostics;
using Npgsql;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres;
using Surety.Core.Progress;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// Runs scripts as a migration tool would, statement by statement, and has each one observed. A script without transaction
/// control is one transaction; where the server says that a statement cannot be in one, the script is run again without.
/// </summary>
/// <param name="ratings">What the statements are rated by their text, as far as they are.</param>
internal sealed class ScriptRun(
    RehearsalSession session,
    Witness witness,
    StatementObserver observer,
    FailureCause causes,
    IReadOnlyDictionary<ScriptItem, RatedStatement> ratings,
    OperationProgress progress
)
{
    private LockLedger ledger = new(observer.Tables);
    private readonly List<string> files = [];
    private readonly List<RehearsedStatement> statements = [];
    private readonly List<string> warnings = [];
    private FailedStatement? failure;

    /// <summary>Runs one script; the ones after one that failed are not to be run.</summary>
    /// <param name="path">Where the script is; null where it is nowhere.</param>
    /// <returns>False where it failed; its open transaction is rolled back.</returns>
    public async Task<bool> RunAsync(MigrationScript script, string? path, CancellationToken cancellationToken)
    {
        progress.Begin($"rehearsing {script.File}");
        files.Add(script.File);
        var read = await SentScript.OfAsync(script, path, cancellationToken);
        warnings.AddRange(read.NotRun);
        if (read.Steps.Count == 0)
        {
            return true;
        }

        var (first, before) = (statements.Count, ledger.Copy());
        if (!read.Steps.Any(s => s.ControlsTransaction))
        {
            if (await RunAsOneAsync(read.Steps, cancellationToken))
            {
                return failure is null;
            }

            // What it did before is undone and seen again.
            statements.RemoveRange(first, statements.Count - first);
            (ledger, failure) = (before, null);
            warnings.Add($"{script.File} cannot be one transaction: every statement was one of its own");
        }

        await RunAsWrittenAsync(read.Steps, cancellationToken);
        return failure is null;
    }

    public ScriptsReport Report() =>
        new()
        {
            Files = files,
            Statements = statements,
            Locks = ledger.Holds,
            Failure = failure,
            DurationSeconds = Math.Round(ledger.Elapsed, 6),
            Losses = [.. observer.Losses.Select(l => l.Value).Where(l => !l.IsNone)],
            Warnings = warnings,
        };

    /// <returns>False where a statement cannot be in a transaction; nothing of it is left then.</returns>
    private async Task<bool> RunAsOneAsync(IReadOnlyList<SentStatement> steps, CancellationToken cancellationToken)
    {
        await session.BeginAsync(cancellationToken);
        foreach (var step in steps)
        {
            if (await TryAsync(step, cancellationToken) is { } refused)
            {
                var cannot = ForbidsTransaction(refused);
                await FailAsync(step, refused, cancellationToken);
                return !cannot;
            }
        }

        await CommitAsync(steps[^1], cancellationToken);
        return true;
    }

    private async Task RunAsWrittenAsync(IReadOnlyList<SentStatement> steps, CancellationToken cancellationToken)
    {
        foreach (var step in steps.TakeWhile(_ => failure is null))
        {
            var open = await witness.IsInTransactionAsync(cancellationToken);
            if (step.ControlsTransaction)
            {
                await ControlAsync(step, cancellationToken);
            }
            else if (open)
            {
                if (await TryAsync(step, cancellationToken) is { } refused)
                {
                    await FailAsync(step, refused, cancellationToken);
                }
            }
            else
            {
                await RunAloneAsync(step, cancellationToken);
            }
        }

        if (failure is null && await witness.IsInTransactionAsync(cancellationToken))
        {
            warnings.Add($"{steps[^1].File} ends within a transaction, which was rolled back");
            await RollBackAsync(cancellationToken);
        }
    }

    /// <summary>A transaction of one statement, as far as that may be in one.</summary>
    private async Task RunAloneAsync(SentStatement step, CancellationToken cancellationToken)
    {
        await session.BeginAsync(cancellationToken);
        switch (await TryAsync(step, cancellationToken))
        {
            case null:
                await CommitAsync(step, cancellationToken);
                break;
            case var refused when ForbidsTransaction(refused):
                await RollBackAsync(cancellationToken);
                await RunBareAsync(step, cancellationToken);
                break;
            case var refused:
                await FailAsync(step, refused, cancellationToken);
                break;
        }
    }

    /// <returns>What the server said; the transaction is as it was before the statement then.</returns>
    private async Task<PostgresException?> TryAsync(SentStatement step, CancellationToken cancellationToken)
    {
        await observer.BeforeAsync(cancellationToken);
        await session.MarkAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        try
        {
            await session.RunAsync(step, cancellationToken);
        }
        catch (PostgresException e) when (!ServerReport.From(e).EndsSession)
        {
            await session.ReturnToMarkAsync(cancellationToken);
            return e;
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var locks = await witness.LocksAsync(cancellationToken);
        await session.ForgetMarkAsync(cancellationToken);
        await ObserveAsync(step, seconds, locks, countsAreGone: false, cancellationToken);
        return null;
    }

    /// <summary>A statement that the server runs only outside of transactions: its locks are watched while it runs.</summary>
    private async Task RunBareAsync(SentStatement step, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var running = session.RunAsync(step, cancellationToken);
        var locks = await witness.WatchAsync(running, cancellationToken);
        try
        {
            await running;
        }
        catch (PostgresException e) when (!ServerReport.From(e).EndsSession)
        {
            await session.BeginAsync(cancellationToken);
            await FailAsync(step, e, cancellationToken);
            return;
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await session.BeginAsync(cancellationToken);
        await ObserveAsync(step, seconds, locks, step.FirstWords is ["CALL" or "DO", ..], cancellationToken);
        await RollBackAsync(cancellationToken);
    }

    private async Task ObserveAsync(
        SentStatement step,
        double seconds,
        IReadOnlyList<HeldLock> locks,
        bool countsAreGone,
        CancellationToken cancellationToken
    )
    {
        ledger.After(locks, seconds, step.File, step.Line);
        var effects = await observer.AfterAsync(step.Statement, locks, countsAreGone, cancellationToken);
        var (risk, reasons) = ObservedRisk.Of(effects, step.WritesRows);
        statements.Add(
            new RehearsedStatement
            {
                File = step.File,
                Line = step.Line,
                Sql = step.Statement.Text,
                DurationSeconds = Math.Round(seconds, 6),
                Effects = effects,
                Observed = risk,
                Reasons = reasons,
                Rating = ratings.GetValueOrDefault(step.Statement),
            }
        );
    }

    /// <summary>BEGIN, COMMIT and their like, which are run as they stand.</summary>
    private async Task ControlAsync(SentStatement step, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await session.RunAsync(step, cancellationToken);
        }
        catch (PostgresException e) when (!ServerReport.From(e).EndsSession)
        {
            // The transaction has failed: nothing can be looked at in it.
            await session.RollBackAsync(cancellationToken);
            await FailAsync(step, e, cancellationToken);
            return;
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (!await witness.IsInTransactionAsync(cancellationToken))
        {
            ledger.Release(seconds);
            await observer.ResetAsync(cancellationToken);
        }
        else if (step.FirstWords is ["ROLLBACK", ..])
        {
            ledger.After(await witness.LocksAsync(cancellationToken), seconds, step.File, step.Line);
            await observer.LookAgainAsync(cancellationToken);
        }
    }

    private async Task CommitAsync(SentStatement last, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await session.CommitAsync(cancellationToken);
            ledger.Release(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        catch (PostgresException e) when (!ServerReport.From(e).EndsSession)
        {
            // What is deferred to the end of a transaction fails there.
            await FailAsync(last with { Sql = "COMMIT" }, e, cancellationToken);
        }
    }

    /// <summary>Looks for the rows that are the reason, as long as they are there, and gives the transaction up.</summary>
    private async Task FailAsync(SentStatement step, PostgresException refused, CancellationToken cancellationToken)
    {
        var inTransaction = await witness.IsInTransactionAsync(cancellationToken);
        if (!inTransaction)
        {
            await session.BeginAsync(cancellationToken);
        }

        failure = await causes.FindAsync(step, refused, cancellationToken);
        await RollBackAsync(cancellationToken);
    }

    private async Task RollBackAsync(CancellationToken cancellationToken)
    {
        await session.RollBackAsync(cancellationToken);
        ledger.Release(0);
        await observer.ResetAsync(cancellationToken);
    }

    /// <summary>
    /// What a statement says that cannot be in a transaction: VACUUM, CREATE INDEX CONCURRENTLY; a procedure that commits.
    /// </summary>
    private static bool ForbidsTransaction(PostgresException refused) =>
        refused.SqlState is PostgresErrorCodes.ActiveSqlTransaction or PostgresErrorCodes.InvalidTransactionTermination;
}
