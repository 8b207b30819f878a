using Surety.Repository.Errors;
using Surety.Server;
using Surety.Server.Runs;

namespace Surety.ServerTests.Runs;

public sealed class StateFolderTests : IDisposable
{
    private readonly ServerSetup setup = new ServerSetup().Database("shop", Unreached.Database());

    [Fact]
    public async Task A_server_beside_another_is_refused_before_it_has_read_anything()
    {
        var one = await RunningServer.StartAsync(setup);
        var refused = await Should.ThrowAsync<SuretyException>(() => RunningServer.BuildAsync(setup));
        refused.Code.ShouldBe(ErrorCode.StateInUse);
        refused.Message.ShouldBe($"another server uses the state folder {setup.State}; nothing was started");
        var exitCode = await ServeArguments.RunAsync([], _ => throw refused);
        exitCode.ShouldBe(1, "2 is a mistake in surety.yaml, after which systemd does not try again");

        await one.DisposeAsync();
        await using var next = await RunningServer.StartAsync(setup);
    }

    [Theory]
    [InlineData("a file in its place")]
    [InlineData("access denied")]
    [InlineData("another failure of the disk")]
    public void A_folder_that_cannot_be_used_is_told_as_what_it_is(string reason)
    {
        var file = Path.Join(setup.State, "server.lock");
        if (reason == "a file in its place")
        {
            File.WriteAllText(setup.State, "");
        }
        else if (reason == "access denied")
        {
            // Also to root, who runs the tests here and there.
            Directory.CreateDirectory(file);
        }
        else
        {
            Directory.CreateDirectory(setup.State);
            File.CreateSymbolicLink(file, "server.lock");
        }

        var refused = Should.Throw<SuretyException>(() => StateFolder.Open(setup.State));

        refused.Code.ShouldBe(ErrorCode.StateUnwritable);
        refused.Message.ShouldStartWith($"the state folder {setup.State} cannot be used, and nothing was started: ");
        refused.Hint!.ShouldContain("server.state");
    }

    public void Dispose() => setup.Dispose();
}
