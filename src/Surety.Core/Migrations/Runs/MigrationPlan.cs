using Surety.Core.Migrations.Files;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Runs;

/// <summary>
/// What is to run, from the files of a folder and the table of what ran. Making it changes nothing; what does not fit
/// together is refused.
/// </summary>
internal sealed record MigrationPlan
{
    /// <summary>In the order in which they run.</summary>
    public required IReadOnlyList<MigrationStep> Steps { get; init; }

    /// <summary>Those that count as run, without being run.</summary>
    public IReadOnlyList<Migration> Baseline { get; init; } = [];

    /// <summary>What people should know, each as a line.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What is pending, up to <paramref name="to"/> where that is given.</summary>
    /// <exception cref="SuretyException">MigrationUnfinished, MigrationChanged, MigrationRefused, InvalidArgument.</exception>
    public static MigrationPlan Up(
        MigrationFolder folder,
        IReadOnlyList<RecordedMigration> history,
        MigrationVersion? to,
        MigrationVersion? baseline
    )
    {
        HistoryCheck.Require(folder, history);
        if (baseline is not null && history.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.MigrationRefused,
                $"the history has begun already ({history.Count} migrations); nothing was changed",
                "leave --baseline out; surety migrate status shows what ran"
            );
        }

        var counted = folder
            .Versioned.Where(m => baseline is { } last && m.Version!.Value.CompareTo(last) <= 0)
            .ToList();
        var ran = history.Select(row => row.Version).Concat(counted.Select(m => m.Version)).ToHashSet();
        var pending = folder
            .Versioned.Where(m => !ran.Contains(m.Version))
            .Where(m => to is not { } last || m.Version!.Value.CompareTo(last) <= 0);
        // With a version to stop at, what belongs to no version would be the files of a later one.
        var changed = to is null ? folder.Repeatable.Where(m => !IsAsItRan(m, history)) : [];
        return new MigrationPlan
        {
            Steps = [.. pending.Concat(changed).Select(m => new MigrationStep(m, RunnableScript.Of(m.Up), null))],
            Baseline = counted,
            Warnings = [.. HistoryCheck.Warnings(folder, history)],
        };
    }

    /// <summary>What takes back the newest migration, or all above <paramref name="to"/>.</summary>
    /// <exception cref="SuretyException">As <see cref="Up"/>; MigrationRefused where there is no way back by a file.</exception>
    public static MigrationPlan Down(
        MigrationFolder folder,
        IReadOnlyList<RecordedMigration> history,
        MigrationVersion? to
    )
    {
        HistoryCheck.Require(folder, history);
        var ran = history
            .Where(row => row.Version is not null && row.State == MigrationState.Done)
            .OrderByDescending(row => row.Version!.Value);
        var undone = to is { } last
            ? ran.Where(row => row.Version!.Value.CompareTo(last) > 0).ToList()
            : [.. ran.Take(1)];
        return new MigrationPlan
        {
            Steps = [.. undone.Select(row => Back(folder, row))],
            Warnings = [.. HistoryCheck.Warnings(folder, history)],
        };
    }

    private static MigrationStep Back(MigrationFolder folder, RecordedMigration row)
    {
        var migration = folder.Versioned.FirstOrDefault(m => m.Version == row.Version);
        return migration?.Down is { } down
            ? new MigrationStep(migration, RunnableScript.Of(down), row)
            : throw new SuretyException(
                ErrorCode.MigrationRefused,
                $"no file takes back {row.Title}; nothing was changed",
                row.Backup is { } backup
                    ? $"go back to the backup from before it, rows included: surety rollback {backup}"
                    : "write its down file, or choose a backup from before it: surety list"
            );
    }

    private static bool IsAsItRan(Migration migration, IReadOnlyList<RecordedMigration> history) =>
        history.LastOrDefault(row => row.Version is null && row.Name == migration.Name)?.Checksum == migration.Checksum;
}
