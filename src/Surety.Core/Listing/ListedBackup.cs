using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Core.Listing;

/// <summary>A backup and what the repository knows of it besides.</summary>
/// <param name="Manifest">The backup.</param>
/// <param name="Pinned">True where retention never forgets it.</param>
/// <param name="Verified">What the newest verification of its objects found, or null.</param>
/// <param name="Drilled">What the newest drill of it showed, or null.</param>
public sealed record ListedBackup(
    Manifest Manifest,
    bool Pinned = false,
    BackupMark? Verified = null,
    BackupMark? Drilled = null
)
{
    public static ListedBackup Of(Manifest manifest, MarkList marks) =>
        new(
            manifest,
            marks.Find(manifest.Id, BackupMark.Pinned) is { Passed: true },
            Verified: marks.Find(manifest.Id, BackupMark.Verified),
            Drilled: marks.Find(manifest.Id, BackupMark.Drilled)
        );
}

/// <summary>The words that the contract has for what a mark says; null where there is none.</summary>
public static class MarkWords
{
    public static string? Verification(BackupMark? mark) =>
        mark is null ? null
        : mark.Passed ? "sound"
        : "damaged";

    public static string? Drill(BackupMark? mark) => mark is null ? null : Drill(mark.Passed);

    public static string Drill(bool passed) => passed ? "proven" : "failed";
}
