using System.Text;
using Surety.Repository;
using Surety.Repository.Documents;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Verify;
using Surety.Testing.Storage;
using Surety.Tests.Journal;
using Surety.Tests.Manifests;
using Surety.Tests.Marks;
using Surety.Tests.Objects;

namespace Surety.Tests.Encryption;

public sealed class EncryptedRepositoryTests : IAsyncLifetime
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly byte[] Rows = Encoding.UTF8.GetBytes(
        "ann.smith@example.org, 42 Elm Street; ".PadRight(400, '.')
    );

    /// <summary>Too long to be in the base64 of ciphertext by chance, as "shop" is once in some hundred runs.</summary>
    private const string Database = "shop_of_ann_smith";

    private readonly MemoryBlobStore memory = new(TimeProvider.System);
    private readonly FileKey key = new();
    private BackupRepository repository = null!;
    private Manifest backup = null!;

    public async Task InitializeAsync()
    {
        repository = await BackupRepository.InitAsync(memory, TimeProvider.System, key.ToAdd("laptop"), Never);
        backup = await SampleBackup.CommitAsync(
            repository,
            SampleBackup.Id(1),
            [Rows, ObjectCodecTests.Random(100)],
            Database
        );
        await repository.Journal.AppendAsync(OperationJournalTests.Full, Never);
        await repository.Marks.SetAsync([MarkStoreTests.Passed, MarkStoreTests.Failed], Never);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_body_that_only_looks_encrypted_hides_no_other()
    {
        const string name = "journal/2026/11/20261120T171450Z-fake.json";
        var body = Encoding.ASCII.GetBytes("{\"encrypted\":\"}");
        await memory.WriteAsync(name, Envelope.Wrap(DocumentKind.Journal, name, body), durable: true, Never);

        var journal = await (await OpenAsync(key)).Journal.ReadAllAsync(Never);

        journal.Damaged.ShouldHaveSingleItem().Name.ShouldBe(name);
        journal.Records.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_was_written_is_read_again_with_the_key()
    {
        var opened = await OpenAsync(key);

        var manifest = await opened.Manifests.FindAsync("latest", null, Never);
        var contents = await opened.Manifests.ReadContentsAsync(manifest, Never);
        using var chunk = await opened.Objects.GetAsync(contents.Tables[0].Chunks[0].Object, Never);

        manifest.Description.ShouldBe(backup.Description);
        chunk.Bytes.ToArray().ShouldBe(Rows);
        (await opened.Journal.ReadAllAsync(Never)).Records.ShouldHaveSingleItem().Command.ShouldNotBeNull();
        (await opened.Marks.ListAsync(Never)).Find(SampleBackup.Id(1), "drilled").ShouldBe(MarkStoreTests.Failed);
    }

    [Fact]
    public async Task Nothing_of_the_data_is_in_any_file()
    {
        var scratch = new MemoryBlobStore(TimeProvider.System);
        await repository.OpenOverlay(scratch).PutAsync("bob.jones@example.org lives here"u8.ToArray(), Never);
        string[] secrets =
        [
            "example.org",
            Database,
            "orders",
            "total",
            "migration",
            "ticket",
            "create table",
            "all_orders",
            "public",
            "surety restore",
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Rows)),
        ];

        var files = await AllAsync(memory);
        foreach (var (name, bytes) in files.Concat(await AllAsync(scratch)).Where(file => file.Key != "RECOVER.md"))
        {
            var text = $"{name}\n{Encoding.Latin1.GetString(Convert.FromHexString(bytes))}";
            secrets.Where(secret => text.Contains(secret, StringComparison.Ordinal)).ShouldBeEmpty(name);
        }

        files.Count.ShouldBeGreaterThan(8);
        (await AllAsync(scratch)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Without_the_key_nothing_is_opened_and_nothing_is_changed()
    {
        var before = await AllAsync(memory);
        IKeySource[] wrong = [NoKey.Instance, new FileKey(8), new PassphraseKey("not it")];

        foreach (var source in wrong)
        {
            var error = await Should.ThrowAsync<SuretyException>(() => OpenAsync(source));

            error.Code.ShouldBe(ErrorCode.WrongKey);
            error.Message.ShouldEndWith("; nothing was changed");
        }

        (await AllAsync(memory)).OrderBy(f => f.Key).ShouldBe(before.OrderBy(f => f.Key));
    }

    [Fact]
    public async Task A_repository_that_has_to_be_encrypted_and_is_not_is_refused()
    {
        var plain = new MemoryBlobStore(TimeProvider.System);
        await BackupRepository.InitAsync(plain, TimeProvider.System, Never);

        var error = await Should.ThrowAsync<SuretyException>(() =>
            OpenAsync(new FileKey { RequiresEncryption = true }, plain)
        );

        error.Code.ShouldBe(ErrorCode.RepositoryNotEncrypted);
        (await OpenAsync(new FileKey(), plain)).Info.Encryption.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_not_encrypted_is_refused_in_an_encrypted_repository_and_the_other_way_round()
    {
        var store = new MemoryBlobStore(TimeProvider.System);
        var plain = await BackupRepository.InitAsync(store, TimeProvider.System, Never);
        await SampleBackup.CommitAsync(plain, SampleBackup.Id(1), [Rows]);
        var manifest = ManifestStore.NameOf(SampleBackup.Id(1));
        var id = ObjectId.OfPlain(Rows);
        var (ours, theirs) = (await ReadAsync(memory, manifest), await ReadAsync(store, manifest));
        using (var stored = new ObjectCodec().Encode(repository.Objects.Identify(Rows), Rows))
        {
            await memory.WriteAsync(ObjectStore.NameOf(repository.Objects.Identify(Rows)), stored.Memory, true, Never);
        }

        await memory.WriteAsync(manifest, theirs, durable: true, Never);
        await store.WriteAsync(manifest, ours, durable: true, Never);
        await store.WriteAsync(
            ObjectStore.NameOf(id),
            await ReadAsync(memory, ObjectStore.NameOf(repository.Objects.Identify(ObjectCodecTests.Random(100)))),
            durable: true,
            Never
        );

        (await DamageOf(repository, manifest)).ShouldContain("it is not encrypted, and this repository is");
        (await DamageOf(plain, manifest)).ShouldContain("it is encrypted, and this repository is not");
        (await ErrorOf(repository, repository.Objects.Identify(Rows))).ShouldContain("it is not encrypted");
        (await ErrorOf(plain, id)).ShouldContain("is damaged");
        (await repository.Objects.PutAsync(Rows, Never)).IsNew.ShouldBeFalse("this run put it before");
        (await (await OpenAsync(key)).Objects.PutAsync(Rows, Never)).IsNew.ShouldBeTrue("and another writes it again");
    }

    [Fact]
    public async Task Documents_and_objects_that_were_exchanged_are_found_though_their_digests_match()
    {
        await SampleBackup.CommitAsync(repository, SampleBackup.Id(2), [ObjectCodecTests.Compressible(600)]);
        var (first, second) = (ManifestStore.NameOf(SampleBackup.Id(1)), ManifestStore.NameOf(SampleBackup.Id(2)));
        var body = Envelope.Unwrap(DocumentKind.Manifest, first, await ReadAsync(memory, first));
        await memory.WriteAsync(second, Envelope.Wrap(DocumentKind.Manifest, second, body.Span), true, Never);
        var from = await ReadAsync(memory, ObjectStore.NameOf(repository.Objects.Identify(Rows)));
        var id = repository.Objects.Identify(ObjectCodecTests.Random(100));
        ObjectHeader.WriteDigest(from, id);
        await memory.WriteAsync(ObjectStore.NameOf(id), from, true, Never);

        (await DamageOf(repository, second)).ShouldContain(
            "it was not written with this repository's key for this name"
        );
        (await ErrorOf(repository, id)).ShouldContain("it was not written with this repository's key for this name");
    }

    [Fact]
    public async Task A_backup_of_the_same_rows_stores_nothing_twice()
    {
        var opened = await OpenAsync(key);

        (await opened.Objects.PutAsync(Rows, Never)).IsNew.ShouldBeFalse();
    }

    private static async Task<string> DamageOf(BackupRepository of, string document)
    {
        var report = await new RepositoryVerification(of).RunAsync(null, null, 1, Never);
        return report.Damaged.Single(damage => damage.Object == document).Reason;
    }

    private static async Task<string> ErrorOf(BackupRepository of, ObjectId id) =>
        (await Should.ThrowAsync<SuretyException>(async () => await of.Objects.GetAsync(id, Never))).Message;

    private Task<BackupRepository> OpenAsync(IKeySource source, MemoryBlobStore? store = null) =>
        BackupRepository.OpenAsync(
            store ?? memory,
            TimeProvider.System,
            source,
            OperationOrigin.ThisProcess(command: null),
            Never
        );

    private static async Task<byte[]> ReadAsync(MemoryBlobStore store, string name) =>
        (await store.ReadAsync(name, Never))!;

    private static async Task<Dictionary<string, string>> AllAsync(MemoryBlobStore store)
    {
        var files = new Dictionary<string, string>();
        foreach (var blob in await store.ListAsync("", Never).ToListAsync())
        {
            files.Add(blob.Name, Convert.ToHexString(await ReadAsync(store, blob.Name)));
        }

        return files;
    }
}
