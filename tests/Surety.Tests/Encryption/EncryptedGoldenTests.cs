using Surety.Repository;
using Surety.Repository.Encryption;
using Surety.Repository.Journal;
using Surety.Repository.Storage.Local;
using Surety.Repository.Verify;
using Surety.Tests.Journal;
using Surety.Tests.Manifests;
using Surety.Tests.Marks;
using Surety.Tests.Objects;

namespace Surety.Tests.Encryption;

/// <summary>
/// An encrypted repository of format 1 as it was first written, with a passphrase (1,000 rounds) and a key file. Read
/// only: every nonce is random.
/// </summary>
public sealed class EncryptedGoldenTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden", "format-1-encrypted");

    [Fact]
    public Task The_passphrase_opens_it() => ShouldOpen(new PassphraseKey("correct horse battery staple"));

    [Fact]
    public Task The_key_file_opens_it() => ShouldOpen(new GoldenKeyFile());

    private static async Task ShouldOpen(IKeySource key)
    {
        using var store = LocalBlobStore.Open(Folder, TimeProvider.System);
        using var repository = await BackupRepository.OpenAsync(
            store,
            TimeProvider.System,
            key,
            OperationOrigin.ThisProcess(command: null),
            Never
        );

        (await new RepositoryVerification(repository).RunAsync(null, null, 1, Never)).Damaged.ShouldBeEmpty();
        var manifest = (await repository.Manifests.ListAsync(Never)).ShouldHaveSingleItem();
        manifest.Description.ShouldBe(SampleBackup.Manifest(SampleBackup.Id(49), manifest.Contents).Description);
        var chunks = (await repository.Manifests.ReadContentsAsync(manifest, Never)).Tables[0].Chunks;
        using var compressed = await repository.Objects.GetAsync(chunks[0].Object, Never);
        using var asItIs = await repository.Objects.GetAsync(chunks[1].Object, Never);
        compressed.Bytes.ToArray().ShouldBe(ObjectCodecTests.Compressible(600));
        asItIs.Bytes.ToArray().ShouldBe("abc"u8.ToArray());
        (await repository.Journal.ReadAllAsync(Never))
            .Records.ShouldHaveSingleItem()
            .Command.ShouldBe(OperationJournalTests.Full.Command);
        (await repository.Marks.ListAsync(Never)).Find(SampleBackup.Id(1), "drilled").ShouldBe(MarkStoreTests.Failed);
        repository.Objects.Identify("abc"u8).ShouldBe(chunks[1].Object);
    }

    private sealed class GoldenKeyFile : IKeySource
    {
        public bool RequiresEncryption => true;

        public ValueTask<KeySecret?> FindAsync(string location, CancellationToken cancellationToken) =>
            new(KeyFile.ReadKey(Path.Combine(Folder, "my.key"), _ => { }));
    }
}
