using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Repository.Verify;

/// <summary>The objects that a backup names.</summary>
public static class NamedObjects
{
    /// <summary>Every object of a backup, once for each time it is named; also what <see cref="ObjectStore.Trust"/> takes.</summary>
    public static IEnumerable<ObjectId> Of(Manifest manifest, BackupContents contents) =>
        [
            .. manifest.Contents.Parts,
            .. contents.Schema.Archive.Parts,
            .. contents.Schema.Text.Parts,
            .. contents.Tables.SelectMany(table => table.Chunks).Select(chunk => chunk.Object),
            .. contents.LargeObjects.Chunks.Select(chunk => chunk.Object),
        ];
}
