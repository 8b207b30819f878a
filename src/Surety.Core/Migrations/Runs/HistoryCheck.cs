using Surety.Core.Migrations.Files;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Runs;

/// <summary>How the files of a folder and the table of what ran fit together.</summary>
internal static class HistoryCheck
{
    /// <exception cref="SuretyException">MigrationUnfinished, MigrationChanged.</exception>
    public static void Require(MigrationFolder folder, IReadOnlyList<RecordedMigration> history)
    {
        if (history.FirstOrDefault(row => row.State == MigrationState.Started) is { } open)
        {
            var why = open.Error is null ? "it was interrupted" : open.Error;
            throw new SuretyException(
                ErrorCode.MigrationUnfinished,
                $"{open.File} was begun at {open.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z and did not come to its end "
                    + $"({why}); {open.Statements} of its statements are known to be in effect, and nothing was changed now",
                $"look at what it left, then say what is true: surety migrate repair DIR {ShellWord.Quoted(open.Version?.ToString() ?? open.Name)} "
                    + "--done (it is in effect as a whole) or --not-done (nothing of it is, run it again)"
                    + (open.Backup is { } backup ? $"; the way back to before it: surety rollback {backup}" : "")
            );
        }

        var changed = Changed(folder, history).ToList();
        if (changed.Count > 0)
        {
            var named = changed.Select(c =>
                $"{c.Migration.Up.File} ran with checksum {c.Row.Checksum} and now has {c.Migration.Checksum}"
            );
            throw new SuretyException(
                ErrorCode.MigrationChanged,
                $"{string.Join("; ", named)}; nothing was changed",
                "bring the file back as it ran and write what is new into a new migration; if the change means nothing "
                    + $"(a comment): surety migrate repair DIR {changed[0].Row.Version} --accept-file"
            );
        }
    }

    /// <summary>Versions that ran and whose file is another now.</summary>
    public static IEnumerable<(RecordedMigration Row, Migration Migration)> Changed(
        MigrationFolder folder,
        IReadOnlyList<RecordedMigration> history
    ) =>
        from row in history
        where row.Version is not null
        from migration in folder.Versioned
        where migration.Version == row.Version && migration.Checksum != row.Checksum
        select (row, migration);

    /// <summary>Versions that ran and have no file any more.</summary>
    public static IEnumerable<RecordedMigration> Missing(
        MigrationFolder folder,
        IReadOnlyList<RecordedMigration> history
    ) => history.Where(row => row.Version is not null && folder.Versioned.All(m => m.Version != row.Version));

    /// <summary>What is odd and no reason to refuse, each as a line for people.</summary>
    public static IEnumerable<string> Warnings(MigrationFolder folder, IReadOnlyList<RecordedMigration> history)
    {
        foreach (var row in Missing(folder, history))
        {
            yield return $"{row.Title} ran, and its file {row.File} is not there any more";
        }

        var versions = history.Where(row => row.Version is not null).Select(row => row.Version!.Value).ToList();
        var newest = versions.Count == 0 ? (MigrationVersion?)null : versions.Max();
        foreach (var late in folder.Versioned.Where(m => newest is { } last && m.Version!.Value.CompareTo(last) < 0))
        {
            if (!versions.Contains(late.Version!.Value))
            {
                yield return $"{late.Up.File} is out of order: version {newest} ran before it came";
            }
        }

        var counters = folder.Versioned.Select(m => m.Version!.Value.Counter).ToList();
        for (var i = 1; i < counters.Count; i++)
        {
            if (counters[i - 1] is { } before && counters[i] is { } after && after > before + 1)
            {
                yield return $"there is a gap between version {before} and version {after}";
            }
        }
    }
}
