using Surety.Core.Postgres.Tools;
using Surety.Testing;

namespace Surety.IntegrationTests;

/// <summary>What tests start as a process of their own, to kill it: <c>dotnet Surety.IntegrationTests.dll COMMAND</c>.</summary>
internal static class HelperProcess
{
    /// <summary>Starts a scratch server in a folder, prints its data folder, and holds it until the input ends.</summary>
    public const string HoldScratchServer = "hold-scratch-server";

    public static string Assembly => typeof(HelperProcess).Assembly.Location;

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [HoldScratchServer, var parent])
        {
            await Console.Error.WriteLineAsync($"usage: {HoldScratchServer} FOLDER");
            return 2;
        }

        var tools = await PostgresFixture.Locator.ServerAsync(null, CancellationToken.None);
        var options = new ScratchServerOptions { ParentFolder = parent };
        await using var server = await ScratchServer.StartAsync(tools, options, CancellationToken.None);
        Console.WriteLine(server.DataFolder);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
