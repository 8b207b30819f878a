using Surety.Repository.Errors;
using Surety.Repository.Storage;
using Surety.Repository.Storage.Local;
using Surety.Testing.Files;
using Surety.Testing.Storage;
using Surety.Testing.Time;

namespace Surety.Tests.Storage;

public sealed class LocalBlobStoreTests : BlobStoreContract
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private readonly LocalBlobStore store;

    public LocalBlobStoreTests() => store = LocalBlobStore.Open(folder.Path, TimeProvider.System);

    protected override IBlobStore Store => store;

    public override void Dispose()
    {
        store.Dispose();
        folder.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task Only_the_owner_may_read_what_is_written()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var created = LocalBlobStore.Create(folder.Combine("new/repository"), TimeProvider.System);
        await created.WriteAsync("objects/ab/abc", new byte[] { 1 }, durable: false, Never);
        await created.TryCreateAsync("backups/a.json", new byte[] { 1 }, Never);

        const UnixFileMode others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var root = folder.Combine("new/repository");
        string[] written = [root, .. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)];
        written.Length.ShouldBe(7);
        foreach (var path in written)
        {
            (File.GetUnixFileMode(path) & others).ShouldBe(UnixFileMode.None, path);
        }
    }

    [Fact]
    public async Task Temporary_files_are_not_left_and_not_listed()
    {
        await store.WriteAsync("objects/ab/abc", new byte[] { 1 }, durable: false, Never);
        await store.TryCreateAsync("backups/a.json", new byte[] { 1 }, Never);
        await store.TryCreateAsync("backups/a.json", new byte[] { 1 }, Never);
        Directory.EnumerateFiles(folder.Combine("tmp")).ShouldBeEmpty();

        await File.WriteAllTextAsync(folder.Combine("tmp/leftover"), "x");

        (await store.ListAsync("", Never).ToListAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Temporary_files_of_killed_runs_are_removed_when_they_are_a_day_old()
    {
        var clock = new ManualTimeProvider();
        Directory.CreateDirectory(folder.Combine("tmp"));
        foreach (var (name, age) in new[] { ("old", 25), ("young", 23) })
        {
            await File.WriteAllTextAsync(folder.Combine($"tmp/{name}"), "x");
            File.SetLastWriteTimeUtc(folder.Combine($"tmp/{name}"), clock.GetUtcNow().UtcDateTime.AddHours(-age));
        }

        using var later = LocalBlobStore.Open(folder.Path, clock);
        File.Exists(folder.Combine("tmp/old")).ShouldBeTrue("opening must change nothing: it may be to read");
        await later.WriteAsync("a", new byte[] { 1 }, durable: false, Never);

        File.Exists(folder.Combine("tmp/old")).ShouldBeFalse();
        File.Exists(folder.Combine("tmp/young")).ShouldBeTrue();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_no_repository()
    {
        var missing = folder.Combine("missing");

        var error = Should.Throw<SuretyException>(() => LocalBlobStore.Open(missing, TimeProvider.System));

        error.Code.ShouldBe(ErrorCode.RepositoryNotFound);
        error.Message.ShouldBe($"there is no folder {missing}");
        Directory.Exists(missing).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_in_the_way_of_a_folder_is_told_as_unwritable()
    {
        await File.WriteAllTextAsync(folder.Combine("objects"), "not a folder");

        var error = await Should.ThrowAsync<SuretyException>(async () =>
            await store.WriteAsync("objects/ab/abc", new byte[] { 1 }, durable: false, Never)
        );

        error.Code.ShouldBe(ErrorCode.RepositoryUnwritable);
        Directory.EnumerateFiles(folder.Combine("tmp")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_blob_is_told_as_unreadable()
    {
        Directory.CreateDirectory(folder.Combine("surety.json"));

        var error = await Should.ThrowAsync<SuretyException>(async () => await store.ReadAsync("surety.json", Never));

        error.Code.ShouldBe(ErrorCode.RepositoryUnreadable);
    }

    [Theory]
    [InlineData(28)]
    [InlineData(122)]
    [InlineData(unchecked((int)0x80070070))]
    public void A_full_disk_is_told_as_such(int systemError)
    {
        var error = LocalFailure.OnWrite(new IOException("no space", systemError), "objects/ab/abc");

        error.Code.ShouldBe(ErrorCode.DiskFull);
        error.Message.ShouldBe("the disk is full: objects/ab/abc was not written");
    }

    [Fact]
    public async Task Both_ways_of_moving_without_replacing_keep_what_is_there()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Func<string, string, bool?>[] ways = [ExclusiveRename.TryLink, (a, b) => ExclusiveRename.TryRename(a, b)];
        foreach (var way in ways)
        {
            var (source, target) = (folder.Combine("source"), folder.Combine("target"));
            await File.WriteAllTextAsync(source, "first");
            way(source, target).ShouldBe(true);
            await File.WriteAllTextAsync(source, "second");

            way(source, target).ShouldBe(false);

            (await File.ReadAllTextAsync(target)).ShouldBe("first");
            (await File.ReadAllTextAsync(source)).ShouldBe("second");
            File.Delete(target);
        }
    }

    [Fact]
    public async Task A_failed_barrier_stays_failed()
    {
        using var broken = LocalBlobStore.Open(folder.Path, TimeProvider.System, _ => new FailsOnce());
        await broken.WriteAsync("a", new byte[] { 1 }, durable: false, Never);

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var error = await Should.ThrowAsync<SuretyException>(async () => await broken.FlushAsync(Never));
            error.Code.ShouldBe(ErrorCode.RepositoryUnwritable);
        }
    }

    [Fact]
    public async Task Everything_that_is_not_durable_yet_is_given_to_the_barrier()
    {
        var barrier = new Recording();
        using var recorded = LocalBlobStore.Open(folder.Path, TimeProvider.System, _ => barrier);

        await recorded.WriteAsync("objects/ab/abc", new byte[] { 1 }, durable: false, Never);
        await recorded.WriteAsync("locks/a.json", new byte[] { 1 }, durable: true, Never);
        await recorded.TryCreateAsync("backups/a.json", new byte[] { 1 }, Never);
        recorded.Adopt("objects/cd/cde");
        await recorded.DeleteAsync("backups/a.json", Never);
        await recorded.FlushAsync(Never);

        barrier.Seen.ShouldBe([
            $"file {folder.Combine("objects/ab/abc")}",
            $"file {folder.Combine("objects/cd/cde")}",
            $"folder {folder.Combine("backups")}",
            "passed",
        ]);
    }

    private sealed class Recording : IDurabilityBarrier
    {
        public List<string> Seen { get; } = [];

        public void Add(string file) => Seen.Add($"file {file}");

        public void AddFolder(string folder) => Seen.Add($"folder {folder}");

        public void Pass(CancellationToken cancellationToken) => Seen.Add("passed");

        public void Dispose() { }
    }

    /// <summary>As a kernel does: the lost write is reported to one fsync, and the next one succeeds.</summary>
    private sealed class FailsOnce : IDurabilityBarrier
    {
        private bool failed;

        public void Add(string file) { }

        public void AddFolder(string folder) { }

        public void Pass(CancellationToken cancellationToken)
        {
            if (!failed)
            {
                failed = true;
                throw new IOException("input/output error", 5);
            }
        }

        public void Dispose() { }
    }
}

/// <summary>The same contract with the barrier of systems without syncfs.</summary>
public sealed class FileByFileLocalBlobStoreTests : BlobStoreContract
{
    private readonly TemporaryFolder folder = new();
    private readonly LocalBlobStore store;

    public FileByFileLocalBlobStoreTests() =>
        store = LocalBlobStore.Open(folder.Path, TimeProvider.System, root => new FileByFileBarrier(root));

    protected override IBlobStore Store => store;

    public override void Dispose()
    {
        store.Dispose();
        folder.Dispose();
        base.Dispose();
    }
}

/// <summary>The store that crash tests run on keeps the contract, else they would prove nothing.</summary>
public sealed class MemoryBlobStoreTests : BlobStoreContract
{
    protected override IBlobStore Store { get; } = new MemoryBlobStore(TimeProvider.System);
}
