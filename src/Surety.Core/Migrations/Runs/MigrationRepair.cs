using Surety.Core.Migrations.Files;
using Surety.Core.Postgres;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Runs;

/// <summary>What somebody found to be true of a migration.</summary>
public enum MigrationTruth
{
    /// <summary>It was interrupted, and is in effect as a whole.</summary>
    Done,

    /// <summary>It was interrupted, and nothing of it is in effect.</summary>
    NotDone,

    /// <summary>It ran, and its file of now means the same.</summary>
    FileAccepted,
}

/// <summary>Corrects the table of what ran. It runs nothing, and looks at nothing else.</summary>
public sealed class MigrationRepair(ConnectionTarget target, TimeProvider clock, TimeSpan patience)
{
    /// <param name="wanted">A version, or the name of a repeatable migration.</param>
    /// <returns>What the migration is called.</returns>
    /// <exception cref="SuretyException">MigrationRefused where that cannot be true; MigrationRunning; InvalidArgument.</exception>
    public async Task<string> RunAsync(
        string path,
        string shown,
        string wanted,
        MigrationTruth truth,
        CancellationToken cancellationToken
    )
    {
        var folder = await MigrationFolder.ReadAsync(path, shown, cancellationToken);
        await using var alone = await MigrationLock.TakeAsync(target, patience, clock, cancellationToken);
        var ledger = new MigrationHistory(alone.Connection);
        var history = await ledger.ReadAsync(cancellationToken);
        var version = MigrationVersion.TryParse(wanted);
        var row =
            history.LastOrDefault(r => version is null ? r.Version is null && r.Name == wanted : r.Version == version)
            ?? throw Refused($"no migration {wanted} ran", "surety migrate status DIR shows what did");
        await CorrectAsync(ledger, folder, row, truth, cancellationToken);
        return row.Title;
    }

    private static Task CorrectAsync(
        MigrationHistory ledger,
        MigrationFolder folder,
        RecordedMigration row,
        MigrationTruth truth,
        CancellationToken cancellationToken
    )
    {
        if (truth != MigrationTruth.FileAccepted && row.State != MigrationState.Started)
        {
            throw Refused($"{row.Title} was not interrupted", "surety migrate status DIR shows how it stands");
        }

        return truth switch
        {
            MigrationTruth.Done => ledger.FinishAsync(row.Id, cancellationToken),
            MigrationTruth.NotDone => ledger.UndoAsync(row, cancellationToken),
            _ => folder.Versioned.FirstOrDefault(m => m.Version is not null && m.Version == row.Version) is { } file
                ? ledger.AcceptAsync(row, file, cancellationToken)
                : throw Refused($"{row.Title} has no file", "bring the file back"),
        };
    }

    private static SuretyException Refused(string fact, string hint) =>
        new(ErrorCode.MigrationRefused, $"{fact}; nothing was changed", hint);
}
