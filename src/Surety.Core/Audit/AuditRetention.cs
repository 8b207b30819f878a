using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Retention;

namespace Surety.Core.Audit;

/// <summary>Which backups are kept, and why.</summary>
/// <param name="Rules">For people: <c>7 daily, 4 weekly</c>.</param>
/// <param name="Backups">How many there are.</param>
/// <param name="Pinned">Of these, kept whatever the rules say.</param>
/// <param name="Due">Of these, kept by no rule any more: the next prune forgets them.</param>
/// <param name="Forgotten">How many were forgotten in the period.</param>
/// <param name="OldestAt">The instant that the oldest shows; null for none.</param>
public sealed record AuditRetention(
    string Rules,
    int Backups,
    int Pinned,
    int Due,
    int Forgotten,
    DateTimeOffset? OldestAt
)
{
    internal static AuditRetention Of(
        string database,
        IReadOnlyList<JournalRecord> records,
        IReadOnlyList<Manifest> manifests,
        AuditFacts facts
    )
    {
        var rules = facts.Options.RulesOf(database);
        var backups = manifests.Select(manifest => RetainedBackup.Of(manifest, facts.Marks)).ToList();
        return new AuditRetention(
            Words(rules),
            backups.Count,
            backups.Count(backup => backup.IsPinned),
            RetentionPolicy.Decide(backups, _ => rules).Count(decision => !decision.IsKept),
            records.Count(record => record is { Operation: JournalRecord.ForgetOperation, Succeeded: true }),
            manifests.Count == 0 ? null : manifests[0].CreatedAt
        );
    }

    private static string Words(RetentionRules rules)
    {
        if (rules.IsEmpty)
        {
            return "every backup is kept";
        }

        (int? Number, string Word)[] counts =
        [
            (rules.Last, "newest"),
            (rules.Hourly, "hourly"),
            (rules.Daily, "daily"),
            (rules.Weekly, "weekly"),
            (rules.Monthly, "monthly"),
            (rules.Yearly, "yearly"),
        ];
        return string.Join(
            ", ",
            [
                .. counts
                    .Where(count => count.Number is not null)
                    .Select(c => $"{Units.Count(c.Number!.Value)} {c.Word}"),
                .. rules.Within is { } within ? [$"all of {DurationText.Of(within)}"] : Array.Empty<string>(),
                .. rules.Tags.Select(tag => $"tag {tag.Key}={tag.Value}"),
            ]
        );
    }
}
