using Surety.Core.Postgres;
using Surety.Core.Rollback;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;

namespace Surety.Cli.Commands;

/// <summary>What commands have to say to the journal.</summary>
internal static class JournalEntries
{
    /// <summary>The backup that the operation is about.</summary>
    public static void Concerns(this JournalEntry entry, Manifest manifest)
    {
        entry.Backup = manifest.Id;
        entry.Database ??= manifest.Database;
    }

    /// <summary>The database that the operation works on, and as whom.</summary>
    public static void WorksOn(this JournalEntry entry, ConnectionTarget target)
    {
        entry.Database = target.Database;
        entry.Role = target.User;
    }

    /// <summary>What a rollback did.</summary>
    public static void RolledBack(this JournalEntry entry, RollbackReport report)
    {
        entry.SafetyBackup = report.SafetyBackup;
        entry.Measure("rowsInserted", report.RowsInserted);
        entry.Measure("interruptionSeconds", report.InterruptionSeconds);
        if (report.RowsDeleted is { } deleted)
        {
            entry.Measure("rowsDeleted", deleted);
        }
    }
}
