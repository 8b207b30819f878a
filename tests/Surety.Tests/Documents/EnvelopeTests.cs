using System.Text;
using Surety.Repository;
using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Tests.Manifests;

namespace Surety.Tests.Documents;

public sealed class EnvelopeTests
{
    private static readonly BackupId Id = SampleBackup.Id(1);

    /// <summary>Each kind of document, and how it is read under a name.</summary>
    public static TheoryData<string> Kinds => ["repository", "manifest", "lock"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_changed_byte_of_a_document_is_found(string kind)
    {
        var (document, read) = Sample(kind);
        Should.NotThrow(() => read(document));
        for (var i = 0; i < document.Length; i++)
        {
            foreach (var flip in new byte[] { 0x01, 0x20, 0x80 })
            {
                var changed = document.ToArray();
                changed[i] ^= flip;
                ShouldBeRefused(read, changed);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_lost_or_added_byte_of_a_document_is_found(string kind)
    {
        var (document, read) = Sample(kind);
        for (var length = 0; length < document.Length; length++)
        {
            ShouldBeRefused(read, document[..length]);
        }

        ShouldBeRefused(read, [.. document, (byte)'\n']);
        ShouldBeRefused(read, [.. document, .. document]);
        ShouldBeRefused(read, [(byte)' ', .. document]);
    }

    [Fact]
    public void A_document_under_the_name_or_the_kind_of_another_is_found()
    {
        var document = Envelope.Wrap("manifest", "backups/a.json", "{}"u8);

        Envelope.Unwrap("manifest", "backups/a.json", document).ToArray().ShouldBe("{}"u8.ToArray());
        ShouldBeRefused(bytes => Envelope.Unwrap("manifest", "backups/b.json", bytes), document);
        ShouldBeRefused(bytes => Envelope.Unwrap("repository", "backups/a.json", bytes), document);
    }

    [Fact]
    public void A_document_of_a_later_format_is_refused_and_not_called_damaged()
    {
        var later = """{"kind":"manifest","format":2,"name":"backups/a.json","more":true}"""u8.ToArray();

        var error = Should.Throw<SuretyException>(() => Envelope.Unwrap("manifest", "backups/a.json", later));

        error.Code.ShouldBe(ErrorCode.RepositoryFormatUnknown);
        error.Message.ShouldBe("backups/a.json has format 2; this Surety reads format 1 and has changed nothing");
        error.Hint.ShouldBe("use the version of Surety that wrote it, or a newer one");
    }

    [Theory]
    [InlineData("""{"id":"0","createdAt":"2026-11-20T17:14:49.0000000Z","encryption":"aes"}""")]
    [InlineData("""{"id":"0"}""")]
    [InlineData("""{"id":null,"createdAt":"2026-11-20T17:14:49.0000000Z"}""")]
    [InlineData("""{"id":"0","id":"1","createdAt":"2026-11-20T17:14:49.0000000Z"}""")]
    [InlineData("""{"id":"0","createdAt":"2026-11-20T17:14:49.0000000+01:00"}""")]
    [InlineData("""{"Id":"0","createdAt":"2026-11-20T17:14:49.0000000Z"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public void A_whole_document_that_says_something_unknown_is_refused(string body)
    {
        var document = Envelope.Wrap("repository", "surety.json", Encoding.UTF8.GetBytes(body));

        var error = Should.Throw<SuretyException>(() => RepositoryInfo.FromDocument(document));

        error.Code.ShouldBe(ErrorCode.RepositoryFormatUnknown);
        error.Message.ShouldStartWith("surety.json is whole, but says something that this Surety does not understand");
    }

    private static (byte[] Document, Action<byte[]> Read) Sample(string kind)
    {
        var name = ManifestStore.NameOf(Id);
        var manifest = SampleBackup.Manifest(Id, new StoredStream(4, [SampleBackup.Object]));
        var repository = new RepositoryInfo(new string('a', 32), 1, SampleBackup.Time);
        var held = new LockDocument(
            new string('b', 32),
            Exclusive: true,
            "prune",
            new LockHolder("host", 1, "boot", "2"),
            SampleBackup.Time,
            SampleBackup.Time
        );
        return kind switch
        {
            "repository" => (repository.ToDocument(), bytes => RepositoryInfo.FromDocument(bytes)),
            "lock" => (held.ToBytes(), bytes => LockDocument.FromBytes(held.Name, bytes)),
            _ => (
                DocumentCodec.Plain.Write(kind, name, manifest, RepositoryJson.Default.Manifest),
                bytes => DocumentCodec.Plain.Read(kind, name, bytes, RepositoryJson.Default.Manifest)
            ),
        };
    }

    private static void ShouldBeRefused(Action<byte[]> read, byte[] document) =>
        Should
            .Throw<SuretyException>(() => read(document))
            .Code.ShouldBeOneOf(ErrorCode.RepositoryDamaged, ErrorCode.RepositoryFormatUnknown);
}
