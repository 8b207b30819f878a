using System.Diagnostics;
using System.Runtime.InteropServices;
using Surety.Testing;

namespace Surety.ServerTests;

/// <summary>A real <c>surety-server</c> process over a configuration, with a state folder of its own; killed when disposed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process process;
    private readonly List<string> output = [];

    private ServerProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    /// <summary>What it wrote so far, for the message of a test that fails.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return string.Join('\n', output);
            }
        }
    }

    /// <summary>Where it can be reached, once it can.</summary>
    public async Task<Uri> ListeningAtAsync()
    {
        await Eventually.Is(() => Output.Contains(Listening));
        return new Uri(Output.Split(Listening)[1].Split('\n', '"')[0]);
    }

    /// <param name="setup">Written, with its repositories made.</param>
    /// <param name="state">Name of its state folder beside the configuration.</param>
    /// <param name="noAuth">As <c>--no-auth</c>.</param>
    /// <param name="environment">Beside that of this process.</param>
    /// <param name="url">Where it listens.</param>
    public static ServerProcess Start(
        ServerSetup setup,
        string state,
        bool noAuth = true,
        IReadOnlyDictionary<string, string>? environment = null,
        string url = RunningServer.FreePort
    )
    {
        var start = new ProcessStartInfo("dotnet", [Program])
        {
            Environment =
            {
                ["SURETY_CLI"] = ProjectFolders.Program,
                ["STATE_DIRECTORY"] = Path.Combine(setup.Folder, state),
            },
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Start(start, setup, ["--urls", url, .. (string[])(noAuth ? ["--no-auth"] : [])]);
    }

    /// <summary>
    /// By <c>surety serve</c> of an installation: programs that are executed by themselves, and no <c>dotnet</c> to be found.
    /// </summary>
    /// <param name="setup">As for <see cref="Start(ServerSetup, string, bool, IReadOnlyDictionary{string, string}?, string)"/>.</param>
    /// <param name="folder">Gets the installation.</param>
    public static ServerProcess StartInstalled(ServerSetup setup, string folder)
    {
        Copy(Path.GetDirectoryName(ProjectFolders.Program)!, folder);
        Copy(Path.GetDirectoryName(Program)!, Path.Combine(folder, "server"));
        var start = new ProcessStartInfo(Path.Combine(folder, "surety"), ["serve"])
        {
            Environment =
            {
                ["PATH"] = folder,
                // Where the runtime is that an installation has in itself.
                ["DOTNET_ROOT"] = Path.GetFullPath(
                    Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")
                ),
                ["STATE_DIRECTORY"] = Path.Combine(setup.Folder, "state"),
            },
        };
        return Start(start, setup, ["--urls", RunningServer.FreePort, "--no-auth"]);
    }

    private static ServerProcess Start(ProcessStartInfo start, ServerSetup setup, string[] options)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = setup.Folder;
        foreach (var argument in (string[])["--config", setup.Configuration, .. options])
        {
            start.ArgumentList.Add(argument);
        }

        return new ServerProcess(Process.Start(start)!);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            // Whoever ran surety serve from these sources has a server there already.
            File.Copy(file, copy, overwrite: true);
        }
    }

    /// <summary>As <c>kill -9</c>: of the server alone, not of what it runs.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>As SIGTERM; waits for the end.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", $"-TERM {Id}");
        await process.WaitForExitAsync();
    }

    /// <summary>Bytes of memory that it has.</summary>
    public long Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    /// <summary>The server as it was built with the tests.</summary>
    private static string Program { get; } =
        ProjectFolders
            .Program.Replace("Surety.Cli", "Surety.Server", StringComparison.Ordinal)
            .Replace("surety.dll", "surety-server.dll", StringComparison.Ordinal);

    private void Keep(string? line)
    {
        lock (output)
        {
            output.Add(line ?? "");
        }
    }
}
