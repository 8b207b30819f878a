using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Repository.Copy;

/// <summary>A backup that the target has.</summary>
/// <param name="Manifest">As the target has it: sizes are those in the target.</param>
/// <param name="Outcome">What the copy had to do for that.</param>
/// <param name="NewBytes">Bytes that the copy wrote to the target.</param>
/// <param name="NewObjects">Number of objects that the copy wrote to the target.</param>
public sealed record CopiedBackup(Manifest Manifest, CopyOutcome Outcome, long NewBytes, int NewObjects)
{
    internal static CopiedBackup New(Manifest manifest) =>
        new(manifest, CopyOutcome.Copied, manifest.Figures.NewBytes, manifest.Figures.NewObjects);

    internal static CopiedBackup Present(Manifest manifest) =>
        new(manifest, CopyOutcome.Present, NewBytes: 0, NewObjects: 0);

    internal static CopiedBackup Repaired(Manifest manifest, TransferredContents transferred) =>
        new(manifest, CopyOutcome.Repaired, transferred.NewBytes, transferred.NewObjects);
}

/// <summary>What a copy did for a backup.</summary>
public enum CopyOutcome
{
    /// <summary>It is there now, and was read back.</summary>
    Copied,

    /// <summary>It had been copied before: nothing was written.</summary>
    Present,

    /// <summary>It was there, known to be damaged: what was damaged was written anew, and all of it verified.</summary>
    Repaired,
}

/// <summary>Two repositories make their ids by themselves: one id could mean two backups.</summary>
internal static class SameBackup
{
    public static bool Is(Manifest here, Manifest there) =>
        here.Id == there.Id
        && here.Database == there.Database
        && here.CreatedAt == there.CreatedAt
        && here.Source == there.Source;

    /// <summary>The manifest of the target, where it is of the same backup.</summary>
    public static Manifest Require(Manifest here, Manifest there, string location) =>
        Is(here, there)
            ? there
            : throw new SuretyException(
                ErrorCode.BackupConflict,
                $"{location} has another backup {there.Id}, of {there.Database}; it was left as it is, and this one was not copied",
                "make another backup: it gets another id"
            )
            {
                Object = there.Id.ToString(),
            };
}
