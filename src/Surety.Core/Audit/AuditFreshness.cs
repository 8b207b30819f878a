using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Core.Audit;

/// <summary>
/// How old the newest backups are at the end of a period: of those that stand for their database
/// (<see cref="Manifest.StandsForDatabase"/>).
/// </summary>
/// <param name="Newest">Null where there is none.</param>
/// <param name="NewestProven">The newest one that <see cref="MarkList.FindProof"/> finds proven.</param>
/// <param name="LongestGapSeconds">
/// The longest time of the period without a new backup, from the first one up to its end; null where there was never one.
/// </param>
/// <param name="TargetSeconds">How old the newest proven backup may be: the RPO. Null where nothing is promised.</param>
public sealed record AuditFreshness(
    AuditedBackup? Newest,
    AuditedBackup? NewestProven,
    double? LongestGapSeconds,
    double? TargetSeconds
)
{
    /// <summary>Null where nothing is promised.</summary>
    public bool? MeetsTarget =>
        TargetSeconds is { } target ? NewestProven is { } proven && proven.AgeSeconds <= target : null;

    internal static AuditFreshness Of(
        IReadOnlyList<JournalRecord> records,
        IReadOnlyList<Manifest> manifests,
        AuditFacts facts,
        TimeSpan? target
    )
    {
        manifests = [.. manifests.Where(manifest => manifest.StandsForDatabase)];
        var backups = manifests.Select(manifest => AuditedBackup.Of(manifest, facts.Marks, facts.Until)).ToList();
        return new AuditFreshness(
            backups.LastOrDefault(),
            backups.LastOrDefault(backup => backup.ProvenAt is not null),
            LongestGap(records, manifests, facts),
            target?.TotalSeconds
        );
    }

    /// <summary>Backups that retention forgot meanwhile count: the journal has them.</summary>
    private static double? LongestGap(
        IReadOnlyList<JournalRecord> records,
        IReadOnlyList<Manifest> manifests,
        AuditFacts facts
    )
    {
        var since = facts.Options.Since;
        List<DateTimeOffset> times =
        [
            .. records
                .Where(record => record is { Operation: JournalRecord.BackupOperation, Succeeded: true })
                .Select(record => record.StartedAt),
            .. manifests.Select(manifest => manifest.StartedAt),
        ];
        if (times.Count == 0)
        {
            return null;
        }

        // What is older than the period says only that the period did not begin with a first backup.
        times = [.. times.Select(time => time < since ? since : time).Append(facts.Until).Order()];
        return Math.Round(times.Zip(times.Skip(1), (one, next) => (next - one).TotalSeconds).Max());
    }
}

/// <summary>A backup, and what proves it.</summary>
/// <param name="AgeSeconds">From the instant that it shows to the end of the period.</param>
/// <param name="ProvenBy"><c>drill</c> or <c>verification</c>, the stronger where it was both; null for neither.</param>
/// <param name="ProvenAt">When that was; null where nothing proves it, or a check found it damaged.</param>
public sealed record AuditedBackup(
    string Id,
    DateTimeOffset CreatedAt,
    double AgeSeconds,
    string? ProvenBy,
    DateTimeOffset? ProvenAt
)
{
    internal static AuditedBackup Of(Manifest manifest, MarkList marks, DateTimeOffset until)
    {
        var proof = marks.FindProof(manifest.Id);
        return new AuditedBackup(
            $"{manifest.Id}",
            manifest.CreatedAt,
            Math.Max(0, Math.Round((until - manifest.CreatedAt).TotalSeconds)),
            proof is null ? null
                : proof.Kind == BackupMark.Drilled ? "drill"
                : "verification",
            proof?.At
        );
    }
}
