using Surety.Repository.Documents;
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

    private readonly IBlobStore store;
    private readonly OperationOrigin origin;
    private readonly DocumentCodec documents;

    internal OperationJournal(IBlobStore store, OperationOrigin origin, DocumentCodec documents) =>
        (this.store, this.origin, this.documents) = (store, origin, documents);

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
    public Task<JournalList> ReadAllAsync(CancellationToken cancellationToken) =>
        ReadSinceAsync(DateTimeOffset.MinValue, cancellationToken);

    /// <summary>As <see cref="ReadAllAsync"/>, of operations that began at a time or later.</summary>
    public async Task<JournalList> ReadSinceAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        // The name says when, so that of a long journal only the end is read.
        bool MayBeSince(string name) =>
            !BackupId.TryParse(IdOf(name), out var id) || id.StartedAt >= WholeSecond(since);
        var found = await ReadAsync(Folder, MayBeSince, cancellationToken);
        return found with { Records = [.. found.Records.Where(record => record.StartedAt >= since)] };
    }

    /// <summary>As <see cref="ReadAllAsync"/>, of operations that began in a month; nothing else of the journal is listed.</summary>
    public Task<JournalList> ReadMonthAsync(JournalMonth month, CancellationToken cancellationToken) =>
        ReadAsync($"{Folder}{month}/", null, cancellationToken);

    /// <summary>As <see cref="ReadAllAsync"/>, without what <see cref="ReadMonthAsync"/> reads of these months.</summary>
    public Task<JournalList> ReadAllButAsync(
        IReadOnlyCollection<JournalMonth> months,
        CancellationToken cancellationToken
    )
    {
        string[] left = [.. months.Select(month => $"{Folder}{month}/")];
        return ReadAsync(
            Folder,
            name => !Array.Exists(left, folder => name.StartsWith(folder, StringComparison.Ordinal)),
            cancellationToken
        );
    }

    private async Task<JournalList> ReadAsync(
        string prefix,
        Func<string, bool>? isWanted,
        CancellationToken cancellationToken
    )
    {
        var found = await DocumentFolder.ReadAllAsync(store, prefix, isWanted, TryReadAsync, cancellationToken);
        // A name has whole seconds: the records of one second come in no order.
        return new JournalList([.. found.Values.OrderBy(record => record.StartedAt)], found.Damaged);
    }

    private static string IdOf(string name) => Path.GetFileNameWithoutExtension(name);

    private static DateTimeOffset WholeSecond(DateTimeOffset time) =>
        time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    private ValueTask<bool> TryAppendAsync(string name, JournalRecord record, CancellationToken cancellationToken) =>
        store.TryCreateAsync(
            name,
            documents.Write(DocumentKind.Journal, name, record, RepositoryJson.Default.JournalRecord),
            cancellationToken
        );

    private async ValueTask<JournalRecord?> TryReadAsync(string name, CancellationToken cancellationToken)
    {
        var document = await store.ReadAsync(name, cancellationToken);
        return document is null
            ? null
            : documents.Read(DocumentKind.Journal, name, document, RepositoryJson.Default.JournalRecord);
    }

    // By month, so that a folder stays small; the name itself sorts by time, and is spelled as a backup's.
    private static string NewName(JournalRecord record) =>
        $"{Folder}{JournalMonth.Of(record.StartedAt)}/{BackupId.New(record.StartedAt)}{DocumentFolder.Extension}";
}
