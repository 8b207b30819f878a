using Surety.Core.Configuration.Serving;

namespace Surety.Server.Runs;

/// <summary>The files of runs, below the server's state: scripts that a command reads, files that it writes for download.</summary>
internal sealed class RunFolder(ServerSetting server, TimeProvider clock)
{
    /// <summary>How long files can be downloaded; they can be as large as a database.</summary>
    private static readonly TimeSpan KeepOutput = TimeSpan.FromDays(1);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folders of a run, and returns its arguments with them at the end.</summary>
    public IReadOnlyList<string> Prepare(Run run, List<string> arguments)
    {
        RemoveOld();
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
            // What an attempt left that was interrupted.
            Remove(OutputOf(run.Id));
            Make(Path.GetDirectoryName(OutputOf(run.Id))!);
            arguments.AddRange(["--output", OutputOf(run.Id)]);
        }

        return arguments;
    }

    /// <summary>Where a run writes what can be downloaded; made by the command.</summary>
    public string OutputOf(RunId id) => Path.Join(Root, id.ToString(), "output");

    public void RemoveScripts(RunId id) => Remove(ScriptsOf(id));

    /// <summary>Removes what runs of a server left that did not end: their scripts, and what is too old to be downloaded.</summary>
    public void RemoveLeftovers()
    {
        foreach (var folder in Folders())
        {
            Remove(Path.Join(folder, Scripts));
        }

        RemoveOld();
    }

    private void RemoveOld()
    {
        var old = (clock.GetUtcNow() - KeepOutput).UtcDateTime;
        foreach (var folder in Folders().Where(folder => Directory.GetLastWriteTimeUtc(folder) < old))
        {
            Remove(folder);
        }
    }

    private string[] Folders() => Directory.Exists(Root) ? Directory.GetDirectories(Root) : [];

    private string Root => Path.Join(server.State, "files");

    private string ScriptsOf(RunId id) => Path.Join(Root, id.ToString(), Scripts);

    private const string Scripts = "scripts";

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
