using Surety.Repository;
using Surety.Repository.Journal;

namespace Surety.Server.Served;

/// <summary>
/// A journal that grows for years, seen again and again: what began before last month is kept as it was read, since a record
/// never changes; the months around now are listed each time. One that is written now by a clock that is months off is seen
/// when the next month begins, or the server starts again.
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

    /// <summary>False once the month is over: another one has to be opened.</summary>
    public bool IsOf(DateTimeOffset now) => current.SequenceEqual(Around(now));

    public async Task<JournalList> ReadAsync(BackupRepository repository, CancellationToken cancellationToken)
    {
        var (records, damaged) = past;
        foreach (var month in current)
        {
            var read = await repository.Journal.ReadMonthAsync(month, cancellationToken);
            (records, damaged) = ([.. records, .. read.Records], [.. damaged, .. read.Damaged]);
        }

        return new JournalList(records, damaged);
    }

    /// <summary>An operation of last month may end now, and a clock may be ahead.</summary>
    private static JournalMonth[] Around(DateTimeOffset now) =>
        [JournalMonth.Of(now.AddMonths(-1)), JournalMonth.Of(now), JournalMonth.Of(now.AddMonths(1))];
}
