using Surety.Core.Configuration.Serving;

namespace Surety.Server.Runs;

/// <summary>The files of runs, below the server's state: scripts that a command reads, files that it writes for download.</summary>
internal sealed class RunFolder(ServerSetting server)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folders of a run, and returns its arguments with them at the end.</summary>
    public IReadOnlyList<string> Prepare(Run run, List<string> arguments)
    {
        if (run.Request.Scripts.Count > 0)
        {
            var scripts = ScriptsOf(run.Id);
            Make(scripts);
            foreach (var script in run.Request.Scripts)
            {
                using var writer = new StreamWriter(Path.Join(scripts, Path.GetFileName(script.Name)));
                writer.Write(script.Text);
            }

            arguments.Add(scripts);
        }

        if (run.Request.HasOutput)
        {
            Make(Path.GetDirectoryName(OutputOf(run.Id))!);
            arguments.AddRange(["--output", OutputOf(run.Id)]);
        }

        return arguments;
    }

    /// <summary>Where a run writes what can be downloaded; made by the command.</summary>
    public string OutputOf(RunId id) => Path.Join(server.State, "files", id.ToString(), "output");

    public void RemoveScripts(RunId id) => Remove(ScriptsOf(id));

    /// <summary>Removes everything of a run.</summary>
    public void Remove(RunId id) => Remove(Path.Join(server.State, "files", id.ToString()));

    private string ScriptsOf(RunId id) => Path.Join(server.State, "files", id.ToString(), "scripts");

    private static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
