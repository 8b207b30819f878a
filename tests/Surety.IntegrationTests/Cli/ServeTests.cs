using System.Diagnostics;
using Surety.Testing;
using Surety.Testing.Files;

namespace Surety.IntegrationTests.Cli;

/// <summary>
/// <c>surety serve</c> becomes the program beside it. That is a copy of surety itself here: how it was started is all that
/// counts.
/// </summary>
public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_server_has_the_process_id_the_streams_and_the_arguments()
    {
        Install();
        using var process = Start("serve", "check", "-", "--fail-on", "high", "--json");

        await Eventually.Is(() =>
            ProcessTable.CommandLineOf(process.Id).Contains("server/surety-server.dll", StringComparison.Ordinal)
        );
        ProcessTable
            .CommandLineOf(process.Id)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)[^5..]
            .ShouldBe(["check", "-", "--fail-on", "high", "--json"]);
        await process.StandardInput.WriteAsync("DROP TABLE orders;");
        process.StandardInput.Close();
        var run = await SuretyProgram.EndOfAsync(process);

        run.ExitCode.ShouldBe(3, run.Error);
        run.Json.GetProperty("risk").GetString().ShouldBe("high");
    }

    private Process Start(params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo("dotnet", [folder.Combine("surety.dll"), .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    private void Install()
    {
        var server = Directory.CreateDirectory(folder.Combine("server")).FullName;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(ProjectFolders.Program)!))
        {
            var name = Path.GetFileName(file);
            File.Copy(file, folder.Combine(name));
            File.Copy(file, Path.Combine(server, name.Replace("surety.", "surety-server.", StringComparison.Ordinal)));
        }
    }
}
