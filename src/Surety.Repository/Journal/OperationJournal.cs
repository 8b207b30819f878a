using System.Collections.Concurrent;
using System.Globalization;
using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Storage;

namespace Surety.Repository.Journal;

/// <summary>
/// The record of every operation, one document each, never changed. It tells a backup that was lost from one that never
/// was: objects alone cannot.
/// </summary>
public sealed class OperationJournal
{
    internal const string Folder = "journal/";

    private const string Extension = ".json";
    private const int ParallelReads = 8;

    private readonly IBlobStore store;
    private readonly OperationOrigin origin;

    internal OperationJournal(IBlobStore store, OperationOrigin origin) => (this.store, this.origin) = (store, origin);

    /// <summary>Records an operation that has ended, durable on return.</summary>
    public Task AppendAsync(JournalEntry entry, JournalEnd end, CancellationToken cancellationToken) =>
        AppendAsync(entry.Close(origin, end), cancellationToken);

    /// <summary>Adds a record, durable on return. It must come after what it records.</summary>
    public async Task AppendAsync(JournalRecord record, CancellationToken cancellationToken)
    {
        // Two operations of one second can draw the same four characters.
        while (!await TryAppendAsync(NewName(record), record, cancellationToken)) { }
    }

    /// <summary>Every record. One that is damaged does not hide the others.</summary>
    public async Task<JournalList> ReadAllAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var blob in store.ListAsync(Folder, cancellationToken))
        {
            if (blob.Name.EndsWith(Extension, StringComparison.Ordinal))
            {
                names.Add(blob.Name);
            }
        }

        var records = new ConcurrentBag<(string Name, JournalRecord Record)>();
        var damaged = new ConcurrentBag<DamagedRecord>();
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = ParallelReads,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            names,
            options,
            async (name, token) =>
            {
                try
                {
                    if (await TryReadAsync(name, token) is { } record)
                    {
                        records.Add((name, record));
                    }
                }
                catch (SuretyException e)
                {
                    damaged.Add(new DamagedRecord(name, e));
                }
            }
        );
        return new JournalList(
            [.. records.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => r.Record)],
            [.. damaged.OrderBy(d => d.Name, StringComparer.Ordinal)]
        );
    }

    private ValueTask<bool> TryAppendAsync(string name, JournalRecord record, CancellationToken cancellationToken) =>
        store.TryCreateAsync(
            name,
            Document.Write(DocumentKind.Journal, name, record, RepositoryJson.Default.JournalRecord),
            cancellationToken
        );

    private async ValueTask<JournalRecord?> TryReadAsync(string name, CancellationToken cancellationToken)
    {
        var document = await store.ReadAsync(name, cancellationToken);
        return document is null
            ? null
            : Document.Read(DocumentKind.Journal, name, document, RepositoryJson.Default.JournalRecord);
    }

    // By month, so that a folder stays small; the name itself sorts by time, and is spelled as a backup's.
    private static string NewName(JournalRecord record)
    {
        var month = record.StartedAt.UtcDateTime.ToString("yyyy'/'MM", CultureInfo.InvariantCulture);
        return $"{Folder}{month}/{BackupId.New(record.StartedAt)}{Extension}";
    }
}
