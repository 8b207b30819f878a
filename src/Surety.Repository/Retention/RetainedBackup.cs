using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Repository.Retention;

/// <summary>A backup, and what is known of it that decides whether it is kept.</summary>
/// <param name="Manifest">The backup.</param>
/// <param name="IsPinned">Somebody said that it stays.</param>
/// <param name="IsProven">Its newest drill passed.</param>
/// <param name="IsSuspect">Its newest verification or drill found something wrong.</param>
/// <param name="IsUnclear">A mark of it cannot be read: it may be pinned.</param>
public sealed record RetainedBackup(
    Manifest Manifest,
    bool IsPinned = false,
    bool IsProven = false,
    bool IsSuspect = false,
    bool IsUnclear = false
)
{
    public static RetainedBackup Of(Manifest manifest, MarkList marks)
    {
        var drilled = marks.Find(manifest.Id, BackupMark.Drilled);
        var verified = marks.Find(manifest.Id, BackupMark.Verified);
        return new RetainedBackup(
            manifest,
            marks.Find(manifest.Id, BackupMark.Pinned) is { Passed: true },
            drilled is { Passed: true },
            drilled is { Passed: false } || verified is { Passed: false },
            marks.Damaged.Any(mark => MarkStore.BackupOf(mark.Name) == manifest.Id)
        );
    }

    /// <summary>It holds everything, and nothing is known to be wrong with it.</summary>
    internal bool IsGood => Manifest.Incomplete.Count == 0 && !IsSuspect;
}

/// <summary>What becomes of a backup.</summary>
/// <param name="Reasons">Why it is kept, as short facts; none where it is forgotten.</param>
public sealed record RetentionDecision(Manifest Manifest, IReadOnlyList<string> Reasons)
{
    public bool IsKept => Reasons.Count > 0;

    /// <summary>The reasons in one line, also of a backup that is forgotten.</summary>
    public string Why => IsKept ? string.Join(", ", Reasons) : NoReason;

    internal const string NoReason = "no rule keeps it";
}
