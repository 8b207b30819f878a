using Surety.Core.Postgres.Schema;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback;

/// <summary>A table that a rollback touches.</summary>
/// <param name="Name">For people: schema and name, quoted where needed.</param>
/// <param name="RowsToDelete">Null where it is not known before it is done.</param>
/// <param name="RowsToInsert">Likewise.</param>
public sealed record PlannedRows(string Name, long? RowsToDelete, long? RowsToInsert);

/// <summary>What a rollback would do. Making it changes nothing.</summary>
public sealed record RollbackPlan
{
    public required string Database { get; init; }
    public required BackupId Backup { get; init; }
    public required RollbackStrategy Strategy { get; init; }

    /// <summary>Why this strategy, as the end of a sentence.</summary>
    public required string Why { get; init; }

    /// <summary>Every table whose rows are touched.</summary>
    public required IReadOnlyList<PlannedRows> Tables { get; init; }

    /// <summary>What the database's schema lacks or has more than the backup's, and what is rolled back with the rows.</summary>
    public IReadOnlyList<SchemaDifference> SchemaChanges { get; init; } = [];

    /// <summary>The steps in their order, each as a line for people.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>Whom it keeps waiting or ends, each as a line for people.</summary>
    public required IReadOnlyList<string> Locks { get; init; }

    /// <summary>A rough estimate of the whole, in seconds; null where nothing is known to make one from.</summary>
    public double? EstimatedSeconds { get; init; }

    /// <summary>What people should know before they agree.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What keeps the plan from being carried out; empty where nothing does.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>What can be done about <see cref="Refusals"/>.</summary>
    public string? RefusalHint { get; init; }

    /// <summary>RollbackRefused, as it is thrown where this plan is to be carried out; null where nothing is in its way.</summary>
    public SuretyException? Refusal =>
        Refusals.Count == 0
            ? null
            : new SuretyException(
                ErrorCode.RollbackRefused,
                $"database {Database} cannot be rolled back by {Strategy.ToString().ToLowerInvariant()}: "
                    + $"{string.Join("; ", Refusals)}; nothing was changed",
                RefusalHint
            );

    /// <exception cref="SuretyException"><see cref="Refusal"/>.</exception>
    internal void RequireNoRefusals()
    {
        if (Refusal is { } refusal)
        {
            throw refusal;
        }
    }
}

/// <summary>Whoever agrees to a plan.</summary>
/// <param name="RequireAsync">Shows the plan and returns where it may be carried out; throws where it may not.</param>
/// <param name="WaitsForPerson">
/// True where the answer may take any time: a strategy must hold no lock while it asks.
/// </param>
public sealed record PlanApproval(Func<RollbackPlan, CancellationToken, Task> RequireAsync, bool WaitsForPerson);
