using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;

namespace Surety.IntegrationTests.Tools;

public sealed class ToolLocatorTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("surety-test-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task The_installed_PostgreSQL_is_found_without_any_configuration()
    {
        var locator = new ToolLocator(name => name == "PATH" ? Environment.GetEnvironmentVariable(name) : null);

        var server = await locator.ServerAsync(null, CancellationToken.None);
        var client = await locator.ClientForAsync(server.Version.Major, CancellationToken.None);

        server.IsServer.ShouldBeTrue();
        client.Version.Major.ShouldBe(server.Version.Major);
        client.Folder.ShouldNotBe("/usr/bin");
    }

    [Fact]
    public async Task SURETY_PG_BIN_names_several_folders_and_shuts_out_all_others()
    {
        var fifteen = Install("a", "15.4");
        var seventeen = Install("b", "17.1");
        var locator = new ToolLocator(name =>
            name == "SURETY_PG_BIN"
                ? $"{fifteen}{Path.PathSeparator}{seventeen}"
                : Environment.GetEnvironmentVariable(name)
        );

        var inventory = await locator.InventoryAsync(CancellationToken.None);

        inventory.Found.Select(tools => tools.Folder).ShouldBe([seventeen, fifteen]);
        inventory.ClientFor(16).Folder.ShouldBe(seventeen);
    }

    [Fact]
    public async Task A_broken_program_is_skipped_and_the_reason_kept()
    {
        var good = Install("good", "16.2");
        var failing = Install(
            "failing",
            "17.0",
            "echo 'error while loading shared libraries: libpq.so.5' >&2; exit 127"
        );
        var talking = Install("talking", "17.0", "echo hello");
        var notRunnable = Install("not-runnable", "17.0");
        File.SetUnixFileMode(Path.Combine(notRunnable, "pg_dump"), UnixFileMode.UserRead);

        var inventory = await new ToolLocator([failing, talking, notRunnable, good]).InventoryAsync(
            CancellationToken.None
        );

        inventory.Found.ShouldHaveSingleItem().Folder.ShouldBe(good);
        var reasons = inventory.Unusable.ToDictionary(one => one.Folder, one => one.Reason);
        reasons[failing]
            .ShouldBe("pg_dump failed with exit code 127: error while loading shared libraries: libpq.so.5");
        reasons[talking].ShouldBe("pg_dump --version prints no PostgreSQL version");
        reasons[notRunnable].ShouldContain("Permission denied");
    }

    [Fact]
    public async Task Links_lead_to_the_real_folder_which_counts_once()
    {
        var real = Install("real", "16.2");
        var links = Path.Combine(root, "links");
        Directory.CreateDirectory(links);
        File.CreateSymbolicLink(Path.Combine(links, "pg_dump"), Path.Combine(real, "pg_dump"));

        var inventory = await new ToolLocator([links, real]).InventoryAsync(CancellationToken.None);

        inventory.Found.ShouldHaveSingleItem().Folder.ShouldBe(real);
    }

    [Fact]
    public async Task Debians_wrapper_is_passed_over()
    {
        var wrapper = Path.Combine(Install("wrapper", "15.0"), "pg_wrapper");
        File.Move(Path.Combine(root, "wrapper", "pg_dump"), wrapper);
        var links = Path.Combine(root, "links");
        Directory.CreateDirectory(links);
        File.CreateSymbolicLink(Path.Combine(links, "pg_dump"), wrapper);

        var inventory = await new ToolLocator([links]).InventoryAsync(CancellationToken.None);

        inventory.Found.ShouldBeEmpty();
        Should.Throw<SuretyException>(() => inventory.ClientFor(15)).Code.ShouldBe(ErrorCode.ToolMissing);
    }

    [Fact]
    public void A_star_in_a_packages_folder_stands_for_every_version()
    {
        Install("lib/15/bin", "15.1");
        Install("lib/17/bin", "17.1");

        ToolSearch
            .Expand(Path.Combine(root, "lib", "*", "bin"))
            .ShouldBe([Path.Combine(root, "lib/15/bin"), Path.Combine(root, "lib/17/bin")]);
        ToolSearch.Expand(Path.Combine(root, "absent", "*", "bin")).ShouldBeEmpty();
    }

    /// <summary>A folder of programs that know nothing but their version.</summary>
    private string Install(string folder, string version, string? script = null)
    {
        var path = Path.Combine(root, folder);
        Directory.CreateDirectory(path);
        foreach (var program in (string[])["pg_dump", "pg_restore"])
        {
            var file = Path.Combine(path, program);
            File.WriteAllText(file, $"#!/bin/sh\n{script ?? $"echo '{program} (PostgreSQL) {version}'"}\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
