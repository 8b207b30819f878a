using System.Diagnostics;
using Surety.Core.Postgres.Tools;
using Surety.Testing;

namespace Surety.IntegrationTests;

/// <summary>What tests start as a process of their own, to kill it: <c>dotnet Surety.IntegrationTests.dll COMMAND</c>.</summary>
internal static class HelperProcess
{
    /// <summary>Starts a scratch server in a folder, prints its data folder, and holds it until the input ends.</summary>
    public const string HoldScratchServer = "hold-scratch-server";

    /// <summary>Runs surety attached, prints its process id, and reads what it tells until it ends.</summary>
    public const string RunAttached = "run-attached";

    public static string Assembly => typeof(HelperProcess).Assembly.Location;

    public static Task<int> Main(string[] arguments) =>
        arguments switch
        {
            [HoldScratchServer, var parent] => HoldAsync(parent),
            [RunAttached, .. var command] => RunAsync(command),
            _ => UsageAsync(),
        };

    private static async Task<int> UsageAsync()
    {
        await Console.Error.WriteLineAsync($"usage: {HoldScratchServer} FOLDER | {RunAttached} COMMAND...");
        return 2;
    }

    private static async Task<int> HoldAsync(string parent)
    {
        var tools = await PostgresFixture.Locator.ServerAsync(null, CancellationToken.None);
        var options = new ScratchServerOptions { ParentFolder = parent };
        await using var server = await ScratchServer.StartAsync(tools, options, CancellationToken.None);
        Console.WriteLine(server.DataFolder);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<int> RunAsync(string[] command)
    {
        var start = new ProcessStartInfo("dotnet", [ProjectFolders.Program, .. command, "--attached"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        Console.WriteLine(process.Id);
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return 0;
    }
}
