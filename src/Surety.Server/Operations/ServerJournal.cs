using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Operations;

/// <summary>
/// Records what the server itself did on somebody's behalf; commands record what they do. What has happened does not fail for
/// want of its record: the log says that it is missing.
/// </summary>
public sealed class ServerJournal(
    ServedDatabases databases,
    RepositoryViews views,
    TimeProvider clock,
    ILogger<ServerJournal> log
)
{
    private const string CancelOperation = "cancel";

    /// <summary>Nobody is kept waiting longer by a repository that does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Into the log, and into the journal of the repository that the run is about.</summary>
    /// <param name="run">As it is since somebody cancelled it.</param>
    public async Task RecordCancelAsync(Run run)
    {
        var (request, who) = (run.Request, run.CancelRequestedBy!);
        log.Cancelled(run.Id, request.Operation, request.Database, request.RequestedBy, who);
        if (request.Database is not { } name || databases.Find(name) is not { } database)
        {
            return;
        }

        try
        {
            var entry = new JournalEntry(CancelOperation, run.CancelRequestedAt!.Value)
            {
                Database = run.Concerns is null ? null : database.DatabaseName,
                Message = $"run {run.Id}: {request.Operation}, asked for by {request.RequestedBy}",
            };
            await AppendAsync(database, who, entry).WaitAsync(Patience, clock);
        }
        catch (Exception e) when (e is SuretyException or TimeoutException)
        {
            log.NotRecorded(CancelOperation, e.Message);
        }
    }

    /// <param name="repository">Opened on behalf of who asked.</param>
    /// <param name="operation">Its name, for the log.</param>
    /// <param name="entry">What was done.</param>
    /// <param name="outcome">One of the constants of <see cref="JournalRecord"/>.</param>
    public async Task RecordAsync(BackupRepository repository, string operation, JournalEntry entry, string outcome)
    {
        try
        {
            await AppendAsync(repository, entry, outcome);
        }
        catch (SuretyException e)
        {
            log.NotRecorded(operation, e.Message);
        }
    }

    private async Task AppendAsync(ServedDatabase database, string who, JournalEntry entry)
    {
        using var opened = await views.OpenAsync(database.Repository, CancellationToken.None, who);
        await AppendAsync(opened.Repository, entry, JournalRecord.Done);
    }

    private async Task AppendAsync(BackupRepository repository, JournalEntry entry, string outcome)
    {
        await repository.Journal.AppendAsync(entry, new JournalEnd(clock.GetUtcNow(), outcome), CancellationToken.None);
        views.Refresh();
    }
}
