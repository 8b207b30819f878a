using Surety.Core.Compare;
using Surety.Core.Rollback;
using Surety.Repository.Manifests;

namespace Surety.Core.Guard;

/// <summary>A guarded run: the command has ended, whatever became of the rest.</summary>
/// <param name="Backup">The way back, made and verified before the command began.</param>
public sealed record GuardReport(Manifest Backup, CommandEnd Command)
{
    /// <summary>What differs from the backup; null where that could not be found out.</summary>
    public DifferenceReport? Changes { get; init; }

    /// <summary>Null where nothing was taken back.</summary>
    public RollbackReport? Rollback { get; init; }

    /// <summary>What failed after the command had ended: finding out what it changed, or taking that back.</summary>
    public Exception? Failure { get; init; }

    /// <summary>True where the database is known to be as it was before.</summary>
    public bool IsUnchanged => Changes is { Equal: true };
}
