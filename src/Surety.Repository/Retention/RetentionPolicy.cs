using System.Globalization;
using Surety.Repository.Manifests;

namespace Surety.Repository.Retention;

/// <summary>
/// Decides which backups are kept, and says why. Each database of each server is a series of its own, and so are the backups
/// of some of its schemas, so that none takes the place of another's. It only decides: Prune deletes.
/// </summary>
public static class RetentionPolicy
{
    /// <summary>A rollback is taken back soon or never; counted back from the newest backup, as everything here.</summary>
    private static readonly TimeSpan SafetyBackupStays = TimeSpan.FromDays(7);

    /// <param name="backups">All of a repository, in any order.</param>
    /// <param name="rulesOf">The rules of a database, by its name on its server.</param>
    /// <param name="groupTag">A tag whose every value is a series of its own, or null.</param>
    /// <returns>A decision for each, newest first.</returns>
    public static IReadOnlyList<RetentionDecision> Decide(
        IEnumerable<RetainedBackup> backups,
        Func<string, RetentionRules> rulesOf,
        string? groupTag = null
    ) =>
        [
            .. backups
                .GroupBy(backup => SeriesOf(backup.Manifest, groupTag))
                .SelectMany(series => DecideSeries([.. NewestFirst(series)], rulesOf(series.Key.Database)))
                .OrderByDescending(decision => decision.Manifest.CreatedAt)
                .ThenByDescending(decision => decision.Manifest.Id),
        ];

    private static (string Database, string? Server, string? Tag, string Scope) SeriesOf(
        Manifest manifest,
        string? groupTag
    ) =>
        (
            manifest.Database,
            manifest.Source.SystemIdentifier,
            groupTag is null ? null : manifest.Tags.GetValueOrDefault(groupTag),
            // Whatever a rollback was limited to, its way back goes with time, and is not the newest of a series of its own.
            BackupScope.KeyOf(manifest.IsSafety ? null : manifest.Scope)
        );

    private static IEnumerable<RetainedBackup> NewestFirst(IEnumerable<RetainedBackup> series) =>
        series.OrderByDescending(backup => backup.Manifest.CreatedAt).ThenByDescending(backup => backup.Manifest.Id);

    private static IEnumerable<RetentionDecision> DecideSeries(List<RetainedBackup> newestFirst, RetentionRules rules)
    {
        var reasons = newestFirst.ToDictionary(backup => backup, _ => new List<string>());
        if (rules.IsEmpty)
        {
            newestFirst.ForEach(backup => reasons[backup].Add("no rules"));
        }

        Protect(newestFirst, reasons);
        Apply(newestFirst, rules, reasons);
        return newestFirst.Select(backup => new RetentionDecision(backup.Manifest, reasons[backup]));
    }

    /// <summary>The backups of each series that nobody should lose unawares: a way back to the present, whole and proven.</summary>
    /// <returns>Each with the reason; one for several reasons where it is several of them.</returns>
    public static IEnumerable<(RetainedBackup Backup, string Reason)> Newest(IEnumerable<RetainedBackup> backups) =>
        backups
            .GroupBy(backup => SeriesOf(backup.Manifest, groupTag: null))
            .SelectMany(series => NewestOf([.. NewestFirst(series)]));

    // The newest of all may be incomplete, damaged, or what a rollback took away: then it is not the only one.
    private static IEnumerable<(RetainedBackup Backup, string Reason)> NewestOf(List<RetainedBackup> newestFirst)
    {
        yield return (newestFirst[0], "newest");
        if (Newest(newestFirst, backup => backup.IsGood) is { } good && good != newestFirst[0])
        {
            yield return (good, "newest that is complete and not known to be damaged");
        }

        if (Newest(newestFirst, backup => backup.IsProven) is { } proven)
        {
            yield return (proven, "newest proven by a drill");
        }
    }

    /// <summary>Of those that nobody wanted to leave; and where none of these will do, what a rollback took away is much.</summary>
    private static RetainedBackup? Newest(List<RetainedBackup> newestFirst, Predicate<RetainedBackup> isWanted) =>
        Meant(newestFirst).Find(isWanted) ?? newestFirst.Find(isWanted);

    /// <summary>Those that nobody wanted to leave; all of them where there are no others.</summary>
    private static List<RetainedBackup> Meant(List<RetainedBackup> series) =>
        series.FindAll(backup => !backup.Manifest.IsSafety) is { Count: > 0 } meant ? meant : series;

    /// <summary>What no rules can forget.</summary>
    private static void Protect(List<RetainedBackup> newestFirst, Dictionary<RetainedBackup, List<string>> reasons)
    {
        foreach (var (backup, reason) in NewestOf(newestFirst))
        {
            reasons[backup].Add(reason);
        }

        var newest = newestFirst[0];
        foreach (var backup in newestFirst)
        {
            Add(backup, backup.IsPinned, "pinned");
            Add(backup, backup.IsUnclear, "a mark of it cannot be read");
            Add(
                backup,
                backup.Manifest.IsSafety && IsWithin(backup, newest, SafetyBackupStays),
                "way back from a rollback"
            );
        }

        void Add(RetainedBackup backup, bool applies, string reason)
        {
            if (applies)
            {
                reasons[backup].Add(reason);
            }
        }
    }

    private static void Apply(
        List<RetainedBackup> newestFirst,
        RetentionRules rules,
        Dictionary<RetainedBackup, List<string>> reasons
    )
    {
        var meant = Meant(newestFirst);
        foreach (var rule in PeriodRule.Of(rules))
        {
            rule.Apply(meant, (backup, reason) => reasons[backup].Add(reason));
        }

        foreach (var backup in newestFirst)
        {
            if (rules.Within is { } within && IsWithin(backup, newestFirst[0], within))
            {
                reasons[backup].Add($"within {DurationText.Of(within)}");
            }

            reasons[backup]
                .AddRange(
                    rules
                        .Tags.Where(tag => backup.Manifest.Tags.GetValueOrDefault(tag.Key) == tag.Value)
                        .Select(tag => string.Create(CultureInfo.InvariantCulture, $"tag {tag.Key}={tag.Value}"))
                );
        }
    }

    private static bool IsWithin(RetainedBackup backup, RetainedBackup newest, TimeSpan age) =>
        newest.Manifest.CreatedAt - backup.Manifest.CreatedAt <= age;
}
