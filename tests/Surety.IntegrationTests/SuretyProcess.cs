using System.Diagnostics;
using Surety.Core.Postgres;
using Surety.Testing;

namespace Surety.IntegrationTests;

internal sealed record SuretyResult(int ExitCode, string Output, string Error);

/// <summary>The built program as a process of its own, as people run it.</summary>
internal sealed class SuretyProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;

    private SuretyProcess(Process process)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        error = process.StandardError.ReadToEndAsync();
    }

    public static SuretyProcess Start(ConnectionTarget database, string repository, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] all = [ProjectFolders.Program, .. arguments, "--json", "--repo", repository, "--db", UrlOf(database)];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new SuretyProcess(process);
    }

    public static async Task<SuretyResult> RunAsync(
        ConnectionTarget database,
        string repository,
        params string[] arguments
    )
    {
        using var running = Start(database, repository, arguments);
        return await running.EndAsync();
    }

    /// <summary>A URL with every part escaped, so that any name can be in it.</summary>
    public static string UrlOf(ConnectionTarget target) =>
        $"postgres://{target.User}@/{Uri.EscapeDataString(target.Database)}"
        + $"?host={Uri.EscapeDataString(target.Host)}&port={target.Port}";

    /// <summary>SIGKILL to this process alone: the programs that it started are left to themselves.</summary>
    public void Kill() => process.Kill();

    public async Task<SuretyResult> EndAsync()
    {
        await process.WaitForExitAsync();
        return new SuretyResult(process.ExitCode, await output, await error);
    }

    public void Dispose() => process.Dispose();
}
