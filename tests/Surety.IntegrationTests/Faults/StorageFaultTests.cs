using System.Diagnostics;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Testing.Files;

namespace Surety.IntegrationTests.Faults;

/// <summary>A file system that is full or read-only, as a real one of its own: needs root, which CI is.</summary>
public sealed class StorageFaultTests(PrivateServer server) : IClassFixture<PrivateServer>, IDisposable
{
    // Random digits that compression cannot make small: some 12 MB.
    private const string Rows = """
        CREATE TABLE filling (id int PRIMARY KEY, bytes bytea);
        INSERT INTO filling SELECT i, decode(string_agg(md5(i || ' ' || j), ''), 'hex')
        FROM generate_series(1, 3000) i, generate_series(1, 250) j GROUP BY i;
        """;

    private readonly TemporaryFolder mountPoint = new();

    [RootFact]
    public async Task A_full_disk_is_said_to_be_full_and_the_next_backup_goes_on()
    {
        var database = await server.CreateAsync(Rows);
        Run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", mountPoint.Path);
        using var folder = await new FaultyFolder(mountPoint.Combine("repository")).InitAsync();
        var error = await Should.ThrowAsync<SuretyException>(() => folder.BackupAsync(database));

        error.Code.ShouldBe(ErrorCode.DiskFull);
        error.Message.ShouldMatch($"^the disk is full: {folder.Path}/objects/.* was not written$");
        error.Hint.ShouldNotBeNull().ShouldStartWith("free some space");
        (await folder.ListAsync()).ShouldBeEmpty();
        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty();

        Run("mount", "-o", "remount,size=64m", mountPoint.Path);
        var next = await folder.BackupAsync(database);
        next.Figures.NewObjects.ShouldBeLessThan(next.Figures.Objects);
        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty();
    }

    [RootFact]
    public async Task A_read_only_disk_is_said_to_be_that_and_what_is_on_it_can_still_be_verified_and_restored()
    {
        var database = await server.CreateAsync("CREATE TABLE t AS SELECT generate_series(1, 3) id");
        Run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", mountPoint.Path);
        using var folder = await new FaultyFolder(mountPoint.Combine("repository")).InitAsync();
        await folder.BackupAsync(database);
        Run("mount", "-o", "remount,ro", mountPoint.Path);

        var error = await Should.ThrowAsync<SuretyException>(() => folder.BackupAsync(database));

        error.Code.ShouldBe(ErrorCode.RepositoryUnwritable);
        error.Message.ShouldContain("cannot be written: Read-only file system");
        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty();
        (await folder.ListAsync()).ShouldHaveSingleItem();
        var restored = await folder.RestoreAsync("latest", server.Target with { Database = "restored" });
        restored.Rows.ShouldBe(3);
    }

    [RootFact]
    public void A_key_file_that_does_not_fit_is_not_left_half()
    {
        Run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", mountPoint.Path);
        File.WriteAllBytes(mountPoint.Combine("filling"), new byte[4096]);
        var path = mountPoint.Combine("backup.key");

        var error = Should.Throw<SuretyException>(() => KeyFile.Create(path));

        error.Message.ShouldStartWith($"{path} cannot be made: ");
        File.Exists(path).ShouldBeFalse();
    }

    public void Dispose()
    {
        Process.Start("umount", [mountPoint.Path]).WaitForExit();
        mountPoint.Dispose();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}");
    }

    private sealed class RootFactAttribute : FactAttribute
    {
        public RootFactAttribute() =>
            Skip = Environment.UserName == "root" ? null : "only root can mount a file system";
    }
}
