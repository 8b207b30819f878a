using Npgsql;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres;
using Surety.Core.Progress;
using Surety.Core.Restore;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>Two databases that are the same, one to run migrations in and one to compare with, and who looks on.</summary>
internal sealed class RehearsalStage : IAsyncDisposable
{
    // What takes a migration back is not what one is warned of.
    private static readonly Dictionary<ScriptItem, RatedStatement> Unrated = [];

    private readonly NpgsqlConnection original;
    private readonly RehearsalSession session;
    private readonly Witness witness;
    private readonly StatementObserver observer;
    private readonly FailureCause causes;
    private readonly OperationProgress progress;

    private RehearsalStage(
        NpgsqlConnection original,
        RehearsalSession session,
        Witness witness,
        StatementObserver observer,
        bool showValues,
        OperationProgress progress
    )
    {
        (this.original, this.session, this.witness, this.observer) = (original, session, witness, observer);
        this.progress = progress;
        causes = new FailureCause(session, showValues);
    }

    /// <param name="database">Where migrations run.</param>
    /// <param name="copy">The same, OIDs and all, to stay as it is.</param>
    /// <param name="role">Who runs them; null for the role of the connection.</param>
    public static async Task<RehearsalStage> OpenAsync(
        ConnectionTarget database,
        ConnectionTarget copy,
        string? role,
        bool showValues,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        var name = AbandonedCopies.SessionName("rehearse", copy.Database);
        var opened = new Stack<IAsyncDisposable>();
        try
        {
            var original = await PostgresConnections.OpenAsync(copy, name, cancellationToken);
            opened.Push(original);
            await original.RunAsync(ReadingSettings.Session, cancellationToken);
            var session = await RehearsalSession.OpenAsync(database, role, cancellationToken);
            opened.Push(session);
            var witness = await Witness.OpenAsync(database, session.ProcessId, cancellationToken);
            opened.Push(witness);
            var observer = await StatementObserver.StartAsync(session, original, cancellationToken);
            return new RehearsalStage(original, session, witness, observer, showValues, progress);
        }
        catch
        {
            while (opened.TryPop(out var connection))
            {
                await connection.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Runs the way up, and where that ran to its end the way down; null where there is none.</summary>
    /// <param name="files">Both ways.</param>
    /// <param name="serverMajor">PostgreSQL's major version, for the check.</param>
    /// <param name="ignored">Rules that the check ignores, by name, with their reasons.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(ScriptsReport Up, ScriptsReport? Down)> RunAsync(
        RehearsedFiles files,
        int serverMajor,
        IReadOnlyDictionary<string, string> ignored,
        CancellationToken cancellationToken
    )
    {
        var ratings = Rate(files.Up.Select(f => f.Script), serverMajor, ignored);
        var up = await RunAsync(files.Up, ratings, cancellationToken);
        return up.Failure is null && files.Down.Count > 0
            ? (up, await RunAsync(files.Down, Unrated, cancellationToken))
            : (up, null);
    }

    /// <summary>Runs scripts one after the other, up to one that fails.</summary>
    public async Task<ScriptsReport> RunAsync(
        IReadOnlyList<RehearsedFile> files,
        IReadOnlyDictionary<ScriptItem, RatedStatement> ratings,
        CancellationToken cancellationToken
    )
    {
        var run = new ScriptRun(session, witness, observer, causes, ratings, progress);
        foreach (var file in files)
        {
            if (!await run.RunAsync(file.Script, file.Path, cancellationToken))
            {
                break;
            }
        }

        return run.Report();
    }

    /// <summary>What <c>check</c> says of the statements of these scripts.</summary>
    public static IReadOnlyDictionary<ScriptItem, RatedStatement> Rate(
        IEnumerable<MigrationScript> scripts,
        int serverMajor,
        IReadOnlyDictionary<string, string> ignored
    ) =>
        MigrationCheck
            .Run(scripts, new CheckOptions { Version = serverMajor, Ignored = ignored })
            .Statements.ToDictionary(s => s.Item, (IEqualityComparer<ScriptItem>)ReferenceEqualityComparer.Instance);

    public async ValueTask DisposeAsync()
    {
        await witness.DisposeAsync();
        await session.DisposeAsync();
        await original.DisposeAsync();
    }
}
