using Surety.Repository.Journal;
using Surety.Repository.Manifests;

namespace Surety.Cli.Commands;

/// <summary>Which records of the journal are asked for; what is null asks for nothing.</summary>
/// <param name="Operation">The command.</param>
/// <param name="Database">Name of the database.</param>
/// <param name="Backup">Beginning of the id of a backup that it was about or made.</param>
/// <param name="OnlyFailed">Only what did not end well.</param>
internal sealed record JournalFilter(string? Operation, string? Database, string? Backup, bool OnlyFailed)
{
    public bool Fits(JournalRecord record) =>
        (Operation is null || record.Operation == Operation)
        && (Database is null || record.Database == Database)
        && (Backup is null || Begins(record.Backup) || Begins(record.SafetyBackup))
        && !(OnlyFailed && record.Succeeded);

    private bool Begins(BackupId? id) =>
        id is { } known && known.ToString().StartsWith(Backup!, StringComparison.Ordinal);
}
