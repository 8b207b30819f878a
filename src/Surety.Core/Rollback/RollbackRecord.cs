using System.Text.Json;
using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback;

/// <summary>What the journal says of a rollback, however it ends.</summary>
internal sealed class RollbackRecord(
    OperationJournal journal,
    TimeProvider clock,
    Manifest manifest,
    ConnectionTarget target
)
{
    private readonly JournalEntry entry = new(JournalRecord.RollbackOperation, clock.GetUtcNow())
    {
        Backup = manifest.Id,
        Database = target.Database,
        Role = target.User,
    };

    public bool IsClosed { get; private set; }

    /// <summary>Records a rollback that was done. Not to be cancelled: it is.</summary>
    /// <exception cref="SuretyException">The journal could not be written; the message says that the rollback is done.</exception>
    public async Task CloseAsync(RollbackReport report)
    {
        IsClosed = true;
        entry.SafetyBackup = report.SafetyBackup;
        entry.Measure("rowsInserted", report.RowsInserted);
        entry.Measure("interruptionSeconds", report.InterruptionSeconds);
        if (report.RowsDeleted is { } deleted)
        {
            entry.Measure("rowsDeleted", deleted);
        }

        try
        {
            await AppendAsync(new JournalEnd(clock.GetUtcNow(), JournalRecord.Done));
        }
        catch (SuretyException e)
        {
            throw new SuretyException(
                e.Code,
                $"database {report.Database} equals backup {report.Backup} now, but the journal has no record of it: {e.Message}",
                e.Hint,
                e
            );
        }
    }

    /// <summary>Records one that was not. Why it was not matters more than a journal that cannot be written.</summary>
    public async Task CloseAsync(Exception failure)
    {
        IsClosed = true;
        try
        {
            await AppendAsync(EndOf(failure));
        }
        catch (SuretyException)
        {
            // The caller throws the failure itself.
        }
    }

    private JournalEnd EndOf(Exception failure) =>
        failure switch
        {
            OperationCanceledException => new(clock.GetUtcNow(), JournalRecord.Cancelled),
            SuretyException { Code: ErrorCode.RollbackRefused or ErrorCode.ConfirmationNeeded } e => Of(
                JournalRecord.Refused,
                e
            ),
            SuretyException e => Of(JournalRecord.Failed, e),
            _ => new(clock.GetUtcNow(), JournalRecord.Failed),
        };

    private JournalEnd Of(string outcome, SuretyException e) =>
        new(clock.GetUtcNow(), outcome, JsonNamingPolicy.KebabCaseLower.ConvertName($"{e.Code}"), e.Message);

    private Task AppendAsync(JournalEnd end) => journal.AppendAsync(entry, end, CancellationToken.None);
}
