using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Repository.Verify;

/// <summary>The objects that a backup names.</summary>
public static class NamedObjects
{
    /// <summary>Every object of a backup, once for each time it is named; also what <see cref="ObjectStore.Trust"/> takes.</summary>
    public static IEnumerable<ObjectId> Of(Manifest manifest, BackupContents contents) =>
        manifest.Contents.Parts.Concat(Of(contents));

    /// <summary>Those that the contents name, always in the same order.</summary>
    public static IEnumerable<ObjectId> Of(BackupContents contents) => WithLengths(contents).Select(named => named.Id);

    /// <summary>As <see cref="Of(Manifest,BackupContents)"/>, each with the length of its plain bytes.</summary>
    internal static IEnumerable<(ObjectId Id, int PlainLength)> WithLengths(
        Manifest manifest,
        BackupContents contents
    ) => Parts(manifest.Contents).Concat(WithLengths(contents));

    /// <summary>As <see cref="Of(BackupContents)"/>, each with the length of its plain bytes.</summary>
    internal static IEnumerable<(ObjectId Id, int PlainLength)> WithLengths(BackupContents contents) =>
        [
            .. Parts(contents.Schema.Archive),
            .. Parts(contents.Schema.Text),
            .. contents.Tables.SelectMany(table => table.Chunks).Select(chunk => (chunk.Object, chunk.RawBytes)),
            .. contents.LargeObjects.Chunks.Select(chunk => (chunk.Object, chunk.RawBytes)),
        ];

    private static IEnumerable<(ObjectId, int)> Parts(StoredStream stream) =>
        stream.Parts.Select(
            (part, i) =>
                (
                    part,
                    (int)Math.Min(ObjectStore.StreamPartLength, stream.Length - (long)i * ObjectStore.StreamPartLength)
                )
        );
}
