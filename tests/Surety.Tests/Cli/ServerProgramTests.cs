using Surety.Cli.Commands.Serving;
using Surety.Repository.Errors;

namespace Surety.Tests.Cli;

/// <summary>Which program <c>surety serve</c> becomes.</summary>
public sealed class ServerProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surety-server-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_surety_that_dotnet_runs_has_dotnet_run_the_server()
    {
        var server = Install();

        var found = ServerProgram.Find(folder, "/usr/bin/dotnet");

        found.Path.ShouldBe("/usr/bin/dotnet");
        found.Arguments.ShouldBe([Path.Combine(server, "surety-server.dll")]);
    }

    [Fact]
    public void A_published_surety_becomes_the_servers_own_executable()
    {
        var server = Install();

        var found = ServerProgram.Find(folder, Path.Combine(folder, "surety"));

        found.Path.ShouldStartWith(Path.Combine(server, "surety-server"));
        found.Arguments.ShouldBeEmpty();
    }

    [Fact]
    public void A_missing_server_is_an_error_that_says_how_to_get_it()
    {
        var error = Should.Throw<SuretyException>(() => ServerProgram.Find(folder, "/usr/bin/dotnet"));

        error.Code.ShouldBe(ErrorCode.ServerNotInstalled);
        error.Message.ShouldBe("the server is not installed beside surety; nothing was started");
        error.Hint.ShouldBe("install surety with its server; from source, './surety serve' builds it");
    }

    [Fact]
    public async Task It_is_told_with_its_exit_code()
    {
        var run = await CommandLineRun.InAsync(folder, "serve", "--urls", "http://127.0.0.1:1", "--unknown=x");

        // Nobody installs a server beside the tests.
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("ERROR [server-not-installed]: the server is not installed beside surety;");
    }

    private string Install()
    {
        var server = Directory.CreateDirectory(Path.Combine(folder, "server")).FullName;
        File.WriteAllText(Path.Combine(server, "surety-server.dll"), "");
        return server;
    }
}
