using Surety.Repository;
using Surety.Repository.Documents;
using Surety.Repository.Journal;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Tests.Journal;
using Surety.Tests.Manifests;
using Surety.Tests.Marks;
using Surety.Tests.Objects;

namespace Surety.Tests.Documents;

/// <summary>
/// Files of format 1 as they were first written. A change that makes one of these fail changes the format: it needs a
/// new format number, and the old one must stay readable.
/// </summary>
public sealed class GoldenTests
{
    private static readonly byte[] Plain = ObjectCodecTests.Compressible(600);

    [Fact]
    public void An_object_that_is_kept_as_it_is() => ShouldBeGolden("object-plain.bin", Encode("abc"u8));

    [Theory]
    [InlineData("object-zstd.bin")]
    [InlineData("object-zlib.bin")]
    public void A_compressed_object_is_read(string file)
    {
        // Read only: another version of the compressor may choose other bytes.
        var stored = File.ReadAllBytes(PathOf(file));
        using var plain = new ObjectCodec().Decode(ObjectId.OfPlain(Plain), stored);

        plain.Bytes.ToArray().ShouldBe(Plain);
    }

    [Fact]
    public void The_repository_document()
    {
        var info = new RepositoryInfo("00112233445566778899aabbccddeeff", 1, SampleBackup.Time);

        ShouldBeGolden("surety.json", info.ToDocument());
        RepositoryInfo.FromDocument(File.ReadAllBytes(PathOf("surety.json"))).ShouldBe(info);
    }

    [Fact]
    public void A_manifest()
    {
        var manifest = SampleBackup.Manifest(SampleBackup.Id(49), new StoredStream(4, [SampleBackup.Object]));
        var name = ManifestStore.NameOf(manifest.Id);

        ShouldBeGolden(
            "manifest.json",
            DocumentCodec.Plain.Write(DocumentKind.Manifest, name, manifest, RepositoryJson.Default.Manifest)
        );
    }

    [Fact]
    public void The_contents_of_a_backup()
    {
        var schema = new StoredStream(4, [SampleBackup.Object]);
        var contents = SampleBackup.Contents(schema, [new ChunkEntry(SampleBackup.Object, 1, 4)]);

        ShouldBeGolden(
            "contents.json",
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(contents, RepositoryJson.Default.BackupContents)
        );
    }

    [Fact]
    public void A_lock()
    {
        var held = new LockDocument(
            "00112233445566778899aabbccddeeff",
            Exclusive: true,
            "prune",
            new LockHolder("host", 42, "boot", "1234"),
            SampleBackup.Time,
            SampleBackup.Time.AddMinutes(15)
        );

        ShouldBeGolden("lock.json", held.ToBytes());
    }

    [Fact]
    public void A_record_of_the_journal() => ShouldBeGolden("journal.json", Record(OperationJournalTests.Sample));

    [Fact]
    public void A_record_of_the_journal_that_says_everything() =>
        ShouldBeGolden("journal-full.json", Record(OperationJournalTests.Full));

    [Fact]
    public void A_mark() =>
        ShouldBeGolden(
            "mark.json",
            DocumentCodec.Plain.Write(
                DocumentKind.Mark,
                "marks/20261120T171401Z-k3f9/drilled.json",
                MarkStoreTests.Failed,
                RepositoryJson.Default.BackupMark
            )
        );

    private static byte[] Record(JournalRecord record) =>
        DocumentCodec.Plain.Write(
            DocumentKind.Journal,
            "journal/2026/11/20261120T171449Z-k3f9.json",
            record,
            RepositoryJson.Default.JournalRecord
        );

    private static byte[] Encode(ReadOnlySpan<byte> plain)
    {
        using var stored = new ObjectCodec().Encode(ObjectId.OfPlain(plain), plain);
        return stored.Span.ToArray();
    }

    private static void ShouldBeGolden(string file, byte[] written) =>
        Convert.ToHexString(written).ShouldBe(Convert.ToHexString(File.ReadAllBytes(PathOf(file))), file);

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "golden", "format-1", file);
}
