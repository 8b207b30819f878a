using System.Diagnostics;
using Npgsql;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.IntegrationTests.Scratch;

public sealed class ScratchServerTests : IDisposable
{
    private readonly string parent = Directory.CreateTempSubdirectory("surety-test-").FullName;

    public ScratchServerTests() =>
        // The server's user must be able to pass through.
        File.SetUnixFileMode(
            parent,
            File.GetUnixFileMode(parent) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute
        );

    public void Dispose() => Directory.Delete(parent, recursive: true);

    [Fact]
    public async Task A_scratch_server_answers_on_a_socket_that_only_its_owner_can_reach()
    {
        await using var server = await StartAsync(new ScratchServerOptions());

        (await PostgresFixture.ScalarAsync<string>(server.Target, "SHOW listen_addresses")).ShouldBe("");
        (
            await PostgresFixture.ScalarAsync<bool>(
                server.Target,
                "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            )
        ).ShouldBeTrue();
        (await PostgresFixture.ScalarAsync<string>(server.Target, "SHOW server_encoding")).ShouldBe("UTF8");
        File.GetUnixFileMode(server.Target.Host)
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Exists(Path.Combine(server.Target.Host, "password")).ShouldBeFalse();
    }

    [Fact]
    public async Task On_the_loopback_a_scratch_server_asks_for_its_password()
    {
        await using var server = await StartAsync(new ScratchServerOptions { ListenOnLoopback = true });

        (await PostgresFixture.ScalarAsync<int>(server.Target, "SELECT 1")).ShouldBe(1);
        server.Target.Host.ShouldBe("127.0.0.1");
        var stranger = server.Target with { Password = "guessed" };
        var refusal = await Should.ThrowAsync<PostgresException>(() => PostgresFixture.OpenAsync(stranger));
        refusal.SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    [Fact]
    public async Task Encoding_locale_and_settings_can_be_chosen()
    {
        var options = new ScratchServerOptions
        {
            Encoding = "LATIN1",
            Settings = new Dictionary<string, string>
            {
                ["wal_level"] = "logical",
                ["max_prepared_transactions"] = "3",
                ["my.text"] = @"it's a \ backslash",
            },
            InitDbArguments = ["--data-checksums"],
        };
        await using var server = await StartAsync(options);

        (await PostgresFixture.ScalarAsync<string>(server.Target, "SHOW server_encoding")).ShouldBe("LATIN1");
        (await PostgresFixture.ScalarAsync<string>(server.Target, "SHOW wal_level")).ShouldBe("logical");
        (await PostgresFixture.ScalarAsync<string>(server.Target, "SHOW max_prepared_transactions")).ShouldBe("3");
        (await PostgresFixture.ScalarAsync<string>(server.Target, "SHOW my.text")).ShouldBe(@"it's a \ backslash");
        (await PostgresFixture.ScalarAsync<string>(server.Target, "SHOW data_checksums")).ShouldBe("on");
    }

    [Fact]
    public async Task Disposing_stops_the_server_and_removes_its_folder()
    {
        var server = await StartAsync(new ScratchServerOptions());
        var postmaster = PostmasterId(server.DataFolder);
        await using var connection = await PostgresFixture.OpenAsync(server.Target);

        await server.DisposeAsync();

        Directory.EnumerateFileSystemEntries(parent).ShouldBeEmpty();
        ProcessTable.IsRunning(postmaster).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why_and_leaves_nothing()
    {
        var options = new ScratchServerOptions
        {
            Settings = new Dictionary<string, string> { ["shared_buffers"] = "lots" },
        };

        var problem = await Should.ThrowAsync<SuretyException>(() => StartAsync(options));

        problem.Code.ShouldBe(ErrorCode.ScratchServerFailed);
        problem.Message.ShouldContain("invalid value for parameter \"shared_buffers\": \"lots\"");
        Directory.EnumerateFileSystemEntries(parent).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_initdb_that_fails_says_why_and_leaves_nothing()
    {
        var problem = await Should.ThrowAsync<SuretyException>(() =>
            StartAsync(new ScratchServerOptions { Locale = "xx_XX" })
        );

        problem.Code.ShouldBe(ErrorCode.ScratchServerFailed);
        problem.Message.ShouldContain("invalid locale name \"xx_XX\"");
        Directory.EnumerateFileSystemEntries(parent).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancelling_a_start_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var tools = await PostgresFixture.Locator.ServerAsync(null, CancellationToken.None);
        var options = new ScratchServerOptions { ParentFolder = parent };
        var starting = ScratchServer.StartAsync(tools, options, cancellation.Token);
        await Eventually.Is(() => Directory.EnumerateDirectories(parent, "surety-scratch-*").Any());

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => starting);
        Directory.EnumerateFileSystemEntries(parent).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_scratch_server_does_not_outlive_a_Surety_that_was_killed()
    {
        using var surety = StartHelper();
        var dataFolder = (await surety.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
        var postmaster = PostmasterId(dataFolder);
        ProcessTable.IsRunning(postmaster).ShouldBeTrue();

        surety.Kill(); // SIGKILL

        await Eventually.Is(() => !Directory.EnumerateFileSystemEntries(parent).Any());
        ProcessTable.IsRunning(postmaster).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_whose_supervisor_was_killed_too_is_removed_by_the_next_start()
    {
        using var surety = StartHelper();
        var dataFolder = (await surety.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
        var postmaster = PostmasterId(dataFolder);
        using var supervisor = Process.GetProcessById(ProcessTable.ChildrenOf(surety.Id).ShouldHaveSingleItem());
        supervisor.Kill();
        surety.Kill();
        await surety.WaitForExitAsync();
        ProcessTable.IsRunning(postmaster).ShouldBeTrue();

        await ScratchServer.RemoveAbandonedAsync(parent, CancellationToken.None);

        ProcessTable.IsRunning(postmaster).ShouldBeFalse();
        Directory.EnumerateFileSystemEntries(parent).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_living_server_is_not_taken_for_an_abandoned_one()
    {
        await using var server = await StartAsync(new ScratchServerOptions());

        await ScratchServer.RemoveAbandonedAsync(parent, CancellationToken.None);

        (await PostgresFixture.ScalarAsync<int>(server.Target, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_leftover_whose_process_id_means_another_process_harms_nobody()
    {
        using var bystander = Process.Start("sleep", "600");
        var leftover = Directory.CreateDirectory(Path.Combine(parent, "surety-scratch-1-0123456789abcdef", "data"));
        await File.WriteAllTextAsync(Path.Combine(leftover.FullName, "postmaster.pid"), $"{bystander.Id}\n");
        try
        {
            await ScratchServer.RemoveAbandonedAsync(parent, CancellationToken.None);

            bystander.HasExited.ShouldBeFalse();
            Directory.EnumerateFileSystemEntries(parent).ShouldBeEmpty();
        }
        finally
        {
            bystander.Kill();
        }
    }

    [Fact]
    public async Task The_server_is_out_of_the_terminals_reach()
    {
        await using var server = await StartAsync(new ScratchServerOptions());

        ProcessTable
            .SessionOf(PostmasterId(server.DataFolder))
            .ShouldNotBe(ProcessTable.SessionOf(Environment.ProcessId));
        var supervisors = ProcessTable
            .ChildrenOf(Environment.ProcessId)
            .Where(id => ProcessTable.CommandLineOf(id).Contains(server.Target.Host));
        ProcessTable
            .SessionOf(supervisors.ShouldHaveSingleItem())
            .ShouldNotBe(ProcessTable.SessionOf(Environment.ProcessId));
    }

    private async Task<ScratchServer> StartAsync(ScratchServerOptions options)
    {
        var tools = await PostgresFixture.Locator.ServerAsync(null, CancellationToken.None);
        return await ScratchServer.StartAsync(tools, options with { ParentFolder = parent }, CancellationToken.None);
    }

    private Process StartHelper() =>
        Process.Start(
            new ProcessStartInfo("dotnet", [HelperProcess.Assembly, HelperProcess.HoldScratchServer, parent])
            {
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
            }
        )!;

    private static int PostmasterId(string dataFolder) =>
        int.Parse(File.ReadLines(Path.Combine(dataFolder, "postmaster.pid")).First());
}
