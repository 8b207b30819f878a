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
        IsRunning(postmaster).ShouldBeFalse();
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
        await Eventually(() => Directory.EnumerateDirectories(parent, "surety-scratch-*").Any());

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
        IsRunning(postmaster).ShouldBeTrue();

        surety.Kill(); // SIGKILL

        await Eventually(() => !Directory.EnumerateFileSystemEntries(parent).Any());
        IsRunning(postmaster).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_whose_supervisor_was_killed_too_is_removed_by_the_next_start()
    {
        using var surety = StartHelper();
        var dataFolder = (await surety.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
        var postmaster = PostmasterId(dataFolder);
        using var supervisor = Process.GetProcessById(Children(surety.Id).ShouldHaveSingleItem());
        supervisor.Kill();
        surety.Kill();
        await surety.WaitForExitAsync();
        IsRunning(postmaster).ShouldBeTrue();

        await ScratchServer.RemoveAbandonedAsync(parent, CancellationToken.None);

        IsRunning(postmaster).ShouldBeFalse();
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

        SessionOf(PostmasterId(server.DataFolder)).ShouldNotBe(SessionOf(Environment.ProcessId));
        var supervisors = Children(Environment.ProcessId).Where(id => CommandLine(id).Contains(server.Target.Host));
        SessionOf(supervisors.ShouldHaveSingleItem()).ShouldNotBe(SessionOf(Environment.ProcessId));
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

    // A zombie is dead: it waits for its parent, or for init, to take note of that.
    private static bool IsRunning(int processId) =>
        Directory.Exists($"/proc/{processId}") && StatOf(processId)[0] is not ("Z" or "X");

    // proc(5): pid (comm) state ppid pgrp session ...
    private static string SessionOf(int processId) => StatOf(processId)[3];

    private static IEnumerable<int> Children(int parentId) =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(id => id > 0 && Directory.Exists($"/proc/{id}") && StatOf(id)[1] == $"{parentId}");

    private static string[] StatOf(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static string CommandLine(int processId) => File.ReadAllText($"/proc/{processId}/cmdline");

    private static async Task Eventually(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
