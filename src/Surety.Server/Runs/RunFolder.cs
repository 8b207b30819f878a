using System.Collections.Concurrent;

namespace Surety.Server.Runs;

/// <summary>
/// The files of runs, below the server's state: scripts that a command reads, files that it writes for download. That old ones
/// cannot be removed keeps no run from its work.
/// </summary>
internal sealed class RunFolder(StateFolder state, TimeProvider clock, ILogger<RunFolder> log) : IHostedService
{
    /// <summary>How long files can be downloaded once their run has ended; they can be as large as a database.</summary>
    private static readonly TimeSpan KeepOutput = TimeSpan.FromDays(1);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Folders of runs that are under way here: one may take longer than files are kept.</summary>
    private readonly ConcurrentDictionary<string, bool> used = new();

    /// <summary>Makes the folders of a run, and returns its arguments with them at the end.</summary>
    public IReadOnlyList<string> Prepare(Run run, List<string> arguments)
    {
        used[FolderOf(run.Id)] = true;
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
    public string OutputOf(RunId id) => Path.Join(FolderOf(id), "output");

    /// <summary>A run is over: its scripts are removed, and what it wrote can be downloaded from now on.</summary>
    public void Leave(RunId id)
    {
        used.TryRemove(FolderOf(id), out _);
        TryTo(() =>
        {
            Remove(ScriptsOf(id));
            if (Directory.Exists(FolderOf(id)))
            {
                Directory.SetLastWriteTimeUtc(FolderOf(id), clock.GetUtcNow().UtcDateTime);
            }
        });
    }

    /// <summary>Removes what runs of a server left that did not end: their scripts, and what is too old to be downloaded.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var folder in Folders())
        {
            TryTo(() => Remove(Path.Join(folder, Scripts)));
        }

        RemoveOld();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void RemoveOld()
    {
        var old = (clock.GetUtcNow() - KeepOutput).UtcDateTime;
        foreach (var folder in Folders().Where(folder => !used.ContainsKey(folder)))
        {
            TryTo(() =>
            {
                if (Directory.GetLastWriteTimeUtc(folder) < old)
                {
                    Remove(folder);
                }
            });
        }
    }

    private void TryTo(Action tidy)
    {
        try
        {
            tidy();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.NotTidied(Root, e.Message);
        }
    }

    private string[] Folders() => Directory.Exists(Root) ? Directory.GetDirectories(Root) : [];

    private string Root => Path.Join(state.Path, "files");

    private string FolderOf(RunId id) => Path.Join(Root, id.ToString());

    private string ScriptsOf(RunId id) => Path.Join(FolderOf(id), Scripts);

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
