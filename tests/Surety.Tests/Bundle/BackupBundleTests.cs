using System.Formats.Tar;
using System.Text;
using Surety.Repository;
using Surety.Repository.Bundle;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Verify;
using Surety.Testing.Files;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;
using Surety.Tests.Objects;

namespace Surety.Tests.Bundle;

public sealed class BackupBundleTests : IDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly byte[] Rows = ObjectCodecTests.Random(3000, seed: 1);

    private readonly TemporaryFolder folder = new();

    private string Path => folder.Combine("shop.tar");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bundle_is_a_repository_of_one_backup(bool encrypted)
    {
        var key = encrypted ? new FileKey() : null;
        var backup = await BundleAsync(key);

        using var store = BundleStore.Open(Path);
        var opened = await OpenAsync(store, key);
        var manifest = await opened.Manifests.FindAsync("latest", null, Never);
        var contents = await opened.Manifests.ReadContentsAsync(manifest, Never);
        using var chunk = await opened.Objects.GetAsync(contents.Tables[0].Chunks[0].Object, Never);

        manifest.Id.ShouldBe(backup.Id);
        chunk.Bytes.ToArray().ShouldBe(Rows);
        (await DamageAsync(opened)).ShouldBeEmpty();
        (await store.ListAsync("backups/", Never).ToListAsync()).ShouldHaveSingleItem("the other one is not in it");
    }

    [Fact]
    public async Task An_encrypted_bundle_needs_a_key_of_its_repository()
    {
        await BundleAsync(new FileKey());
        using var store = BundleStore.Open(Path);

        var failure = await Should.ThrowAsync<SuretyException>(() => OpenAsync(store, key: null));

        failure.Code.ShouldBe(ErrorCode.WrongKey);
    }

    [Fact]
    public async Task A_bundle_that_was_cut_off_or_changed_anywhere_is_never_taken_for_whole()
    {
        await BundleAsync(key: null);
        var whole = await File.ReadAllBytesAsync(Path);
        var end = Array.FindLastIndex(whole, octet => octet != 0);
        for (var i = 0; i < end; i += 97)
        {
            await File.WriteAllBytesAsync(Path, whole[..i]);
            (await IsWholeAsync()).ShouldBeFalse($"cut off after {i} bytes");
        }

        using (var store = BundleStore.Open(await WrittenAsync(whole)))
        {
            (await IsWholeAsync()).ShouldBeTrue();
        }

        foreach (var at in (int[])[IndexOf("\"sha256\""), IndexOf("SRTY") + 60])
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            await File.WriteAllBytesAsync(Path, changed);
            (await IsWholeAsync()).ShouldBeFalse($"byte {at} changed");
        }

        int IndexOf(string text) => whole.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(text));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData("tmp/x")]
    public async Task A_name_that_reaches_elsewhere_is_nothing(string name)
    {
        await using (var file = File.Create(Path))
        await using (var tar = new TarWriter(file))
        {
            await tar.WriteEntryAsync(Entry(name), Never);
            await tar.WriteEntryAsync(Entry("surety.json"), Never);
        }

        using var store = BundleStore.Open(Path);

        (await store.ListAsync("", Never).ToListAsync()).ShouldHaveSingleItem().Name.ShouldBe("surety.json");
    }

    [Fact]
    public async Task What_is_twice_in_it_is_refused()
    {
        await using (var file = File.Create(Path))
        await using (var tar = new TarWriter(file))
        {
            await tar.WriteEntryAsync(Entry("surety.json"), Never);
            await tar.WriteEntryAsync(Entry("surety.json"), Never);
        }

        var failure = Should.Throw<SuretyException>(() => BundleStore.Open(Path));

        failure.Message.ShouldBe($"{Path} is not a whole bundle: it has surety.json twice");
    }

    [Fact]
    public async Task Nothing_is_ever_written_into_it()
    {
        await BundleAsync(key: null);
        using var store = BundleStore.Open(Path);
        var opened = await OpenAsync(store, key: null);

        var failure = await Should.ThrowAsync<SuretyException>(() =>
            opened.Locks.HoldSharedAsync("backup", (_, _) => Task.FromResult(true), Never)
        );

        failure.Code.ShouldBe(ErrorCode.RepositoryUnwritable);
        (await opened.Locks.HoldSharedToReadAsync("restore", _ => Task.FromResult(true), Never)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_backup_that_was_forgotten_meanwhile_makes_no_bundle()
    {
        var memory = new MemoryBlobStore(TimeProvider.System);
        var repository = await BackupRepository.InitAsync(memory, TimeProvider.System, Never);
        var backup = await SampleBackup.CommitAsync(repository, SampleBackup.Id(1), [Rows]);
        await memory.DeleteAsync(ManifestStore.NameOf(backup.Id), Never);

        var failure = await Should.ThrowAsync<SuretyException>(() =>
            new BackupBundle(repository).WriteAsync(backup, new MemoryStream(), progress: null, Never)
        );

        failure.Code.ShouldBe(ErrorCode.BackupNotFound);
    }

    public void Dispose() => folder.Dispose();

    private static UstarTarEntry Entry(string name) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) };

    private async Task<string> WrittenAsync(byte[] content)
    {
        await File.WriteAllBytesAsync(Path, content);
        return Path;
    }

    private async Task<Manifest> BundleAsync(FileKey? key)
    {
        var memory = new MemoryBlobStore(TimeProvider.System);
        var repository = await BackupRepository.InitAsync(memory, TimeProvider.System, key?.ToAdd("k"), Never);
        var backup = await SampleBackup.CommitAsync(repository, SampleBackup.Id(1), [Rows, Rows[..100]]);
        await SampleBackup.CommitAsync(repository, SampleBackup.Id(2), [Rows[100..]]);
        await using var file = File.Create(Path);
        await new BackupBundle(repository).WriteAsync(backup, file, progress: null, Never);
        return backup;
    }

    private async Task<bool> IsWholeAsync()
    {
        try
        {
            using var store = BundleStore.Open(Path);
            var opened = await OpenAsync(store, key: null);
            return (await opened.Manifests.ListAsync(Never)).Count == 1 && (await DamageAsync(opened)).Count == 0;
        }
        catch (SuretyException)
        {
            return false;
        }
    }

    private static Task<BackupRepository> OpenAsync(BundleStore store, FileKey? key) =>
        BackupRepository.OpenAsync(
            store,
            TimeProvider.System,
            (IKeySource?)key ?? NoKey.Instance,
            OperationOrigin.ThisProcess(null),
            Never
        );

    private static async Task<IReadOnlyList<VerifyDamage>> DamageAsync(BackupRepository repository) =>
        (await new RepositoryVerification(repository).RunAsync(null, null, 2, Never)).Damaged;
}
