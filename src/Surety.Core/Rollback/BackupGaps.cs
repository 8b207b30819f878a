using Surety.Repository.Manifests;

namespace Surety.Core.Rollback;

/// <summary>What a backup lacks, and what would so be gone where it takes the place of a database or a part of one.</summary>
internal static class BackupGaps
{
    // The rows are on another server, and no rollback of this one could change them.
    private const string RowsElsewhere = "foreign table rows";

    /// <summary>One line for people each; empty for a backup that holds all it was to hold.</summary>
    public static IEnumerable<string> Of(Manifest manifest) =>
        manifest
            .Incomplete.Where(i => i.Kind != RowsElsewhere)
            .Select(i => $"backup {manifest.Id} lacks {i.Kind} {i.Name}: {i.Reason}");
}
