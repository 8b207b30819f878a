using Surety.Repository.Journal;

namespace Surety.Core.Audit;

/// <summary>The backups of a period; not those that do not stand for their database, as long as they are there.</summary>
/// <param name="Made">Incomplete ones too.</param>
/// <param name="Incomplete">Those that could not hold everything.</param>
/// <param name="Stopped">Ended by somebody, or refused: neither a success nor a failure.</param>
/// <param name="Trend">The period in equal parts of whole days, oldest first.</param>
public sealed record AuditBackups(int Made, int Incomplete, int Failed, int Stopped, IReadOnlyList<AuditPart> Trend)
{
    // More bars than days of a month cannot be told apart on paper.
    private const int MostParts = 45;

    /// <summary>From 0 to 1; null where there was no attempt.</summary>
    public double? SuccessRate => Made + Failed == 0 ? null : (double)Made / (Made + Failed);

    /// <summary>Null where there was no attempt.</summary>
    public bool? MeetsGoal => SuccessRate is { } rate ? rate >= AuditReport.SuccessGoal : null;

    internal static AuditBackups Of(IReadOnlyList<JournalRecord> records, DateTimeOffset since, DateTimeOffset until)
    {
        var backups = records.Where(record => record.Operation == JournalRecord.BackupOperation).ToList();
        return new AuditBackups(
            backups.Count(record => record.Succeeded),
            backups.Count(record => record.Outcome == JournalRecord.Incomplete),
            backups.Count(record => record.Outcome == JournalRecord.Failed),
            backups.Count(record => record.Outcome is JournalRecord.Cancelled or JournalRecord.Refused),
            Parts(backups, since.UtcDateTime.Date, until)
        );
    }

    private static List<AuditPart> Parts(List<JournalRecord> backups, DateTime first, DateTimeOffset until)
    {
        var days = Math.Max(1, (int)Math.Ceiling((until.UtcDateTime - first).TotalDays));
        var length = (days + MostParts - 1) / MostParts;
        var byPart = backups.ToLookup(record => (int)((record.StartedAt.UtcDateTime - first).TotalDays / length));
        return
        [
            .. Enumerable
                .Range(0, (days + length - 1) / length)
                .Select(part =>
                    AuditPart.Of(DateOnly.FromDateTime(first.AddDays(part * length)), length, byPart[part])
                ),
        ];
    }
}

/// <summary>A part of a period.</summary>
/// <param name="From">Its first day, in UTC.</param>
/// <param name="Days">How many days it has.</param>
/// <param name="NewBytes">What the backups added to the repository.</param>
/// <param name="LongestSeconds">The longest backup that was made.</param>
public sealed record AuditPart(DateOnly From, int Days, int Made, int Failed, long NewBytes, double LongestSeconds)
{
    internal static AuditPart Of(DateOnly from, int days, IEnumerable<JournalRecord> backups)
    {
        var made = backups.Where(record => record.Succeeded).ToList();
        return new AuditPart(
            from,
            days,
            made.Count,
            backups.Count(record => record.Outcome == JournalRecord.Failed),
            (long)made.Sum(record => record.Figure("newBytes") ?? 0),
            made.Select(record => (record.FinishedAt - record.StartedAt).TotalSeconds).DefaultIfEmpty().Max()
        );
    }
}
