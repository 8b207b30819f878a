using Surety.Repository;
using Surety.Repository.Journal;

namespace Surety.Server.Served;

/// <summary>
/// A journal that grows for years, seen again and again: what began before last month is kept as it was read, since a record
/// never changes; the months around now are listed each time. One that is written now by a clock that is months off is seen
/// when the server starts again.
/// </summary>
internal sealed class JournalWindow
{
    private readonly IReadOnlyList<JournalMonth> current;
    private readonly JournalList past;

    private JournalWindow(IReadOnlyList<JournalMonth> current, JournalList past) =>
        (this.current, this.past) = (current, past);

    /// <param name="repository">Not one whose store remembers what it read: this is read once.</param>
    /// <param name="now">Around which it is seen.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<JournalWindow> OpenAsync(
        BackupRepository repository,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var current = Around(now);
        return new JournalWindow(current, await repository.Journal.ReadAllButAsync(current, cancellationToken));
    }

    /// <summary>The same, or once a month is over one that goes on from it: nothing that was read is read again.</summary>
    public async Task<JournalWindow> AtAsync(
        BackupRepository repository,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var next = Around(now);
        if (next.SequenceEqual(current))
        {
            return this;
        }

        // Whoever has not looked for months has not read those between either.
        return current.Contains(next[0])
            ? new JournalWindow(next, await ReadAsync(past, current.Except(next), repository, cancellationToken))
            : await OpenAsync(repository, now, cancellationToken);
    }

    public Task<JournalList> ReadAsync(BackupRepository repository, CancellationToken cancellationToken) =>
        ReadAsync(past, current, repository, cancellationToken);

    private static async Task<JournalList> ReadAsync(
        JournalList past,
        IEnumerable<JournalMonth> months,
        BackupRepository repository,
        CancellationToken cancellationToken
    )
    {
        List<JournalList> read = [past];
        foreach (var month in months)
        {
            read.Add(await repository.Journal.ReadMonthAsync(month, cancellationToken));
        }

        return new JournalList([.. read.SelectMany(part => part.Records)], [.. read.SelectMany(part => part.Damaged)]);
    }

    /// <summary>An operation of last month may end now, and a clock may be ahead.</summary>
    private static JournalMonth[] Around(DateTimeOffset now) =>
        [JournalMonth.Of(now.AddMonths(-1)), JournalMonth.Of(now), JournalMonth.Of(now.AddMonths(1))];
}
