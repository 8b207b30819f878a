using Surety.Core.Migrations.Files;
using Surety.Core.Migrations.Scripts;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Rehearsal;

/// <param name="Path">Full path, for the files that it includes.</param>
public sealed record RehearsedFile(MigrationScript Script, string Path);

/// <summary>The scripts of a rehearsal: the way up, and the way down as far as there is one for each.</summary>
/// <param name="Down">In the order in which they run; empty unless every script of the way up has one.</param>
public sealed record RehearsedFiles(IReadOnlyList<RehearsedFile> Up, IReadOnlyList<RehearsedFile> Down)
{
    /// <param name="paths">Files and folders, as the user named them, in the order in which they run.</param>
    /// <param name="workingDirectory">What the paths are relative to.</param>
    /// <param name="down">False to leave down migrations alone.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SuretyException">InvalidArgument: a path cannot be read, or a folder holds no SQL.</exception>
    public static async Task<RehearsedFiles> ReadAsync(
        IEnumerable<string> paths,
        string workingDirectory,
        bool down,
        CancellationToken cancellationToken
    )
    {
        var pairs = new List<(RehearsedFile Up, RehearsedFile? Down)>();
        foreach (var path in paths.Select(p => Path.GetFullPath(p, workingDirectory)))
        {
            var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
            foreach (var file in ScriptFiles.Find(path, down: false))
            {
                pairs.Add(await ReadFileAsync(file, folder, workingDirectory, cancellationToken));
            }
        }

        return Of(pairs, down);
    }

    /// <param name="pairs">What runs, each with what takes it back.</param>
    /// <param name="down">False to leave that alone.</param>
    internal static RehearsedFiles Of(IReadOnlyList<(RehearsedFile Up, RehearsedFile? Down)> pairs, bool down) =>
        new(
            [.. pairs.Select(p => p.Up)],
            down && pairs.All(p => p.Down is not null) ? [.. pairs.Select(p => p.Down!).Reverse()] : []
        );

    private static async Task<(RehearsedFile, RehearsedFile?)> ReadFileAsync(
        string path,
        string folder,
        string workingDirectory,
        CancellationToken cancellationToken
    )
    {
        var up = await ReadScriptAsync(path);
        return DownOf(path) is { } down && File.Exists(down) ? (up, await ReadScriptAsync(down)) : (up, null);

        async Task<RehearsedFile> ReadScriptAsync(string file)
        {
            var name = Path.GetRelativePath(workingDirectory, file);
            var script = await MigrationScript.ReadAsync(file, name, cancellationToken);
            return new RehearsedFile(
                await IncludedFiles.FollowAsync(script, file, workingDirectory, folder, cancellationToken),
                file
            );
        }
    }

    /// <summary>Where the way back of a single file would be, by the namings that a folder may have.</summary>
    private static string? DownOf(string path)
    {
        var (folder, file) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        return file switch
        {
            "up.sql" => Path.Combine(folder, "down.sql"),
            _ when file.EndsWith(".up.sql", StringComparison.Ordinal) => Path.Combine(
                folder,
                $"{file[..^".up.sql".Length]}.down.sql"
            ),
            ['V', .. var rest] when rest.Contains("__", StringComparison.Ordinal) => Path.Combine(folder, $"U{rest}"),
            _ => null,
        };
    }
}
