using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Repository.Copy;

/// <summary>A backup that the target has.</summary>
/// <param name="Manifest">As the target has it: sizes are those in the target.</param>
/// <param name="WasThere">True where it had been copied before: nothing was written.</param>
public sealed record CopiedBackup(Manifest Manifest, bool WasThere)
{
    /// <summary>Bytes that the copy added to the target.</summary>
    public long NewBytes => WasThere ? 0 : Manifest.Figures.NewBytes;

    /// <summary>Number of objects that the copy added to the target.</summary>
    public int NewObjects => WasThere ? 0 : Manifest.Figures.NewObjects;

    internal static CopiedBackup New(Manifest manifest) => new(manifest, WasThere: false);

    internal static CopiedBackup Present(Manifest manifest) => new(manifest, WasThere: true);
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
