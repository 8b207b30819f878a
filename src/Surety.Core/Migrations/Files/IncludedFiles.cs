using Surety.Core.Migrations.Scripts;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Files;

/// <summary>
/// Reads the files that scripts include by <c>\i</c> and <c>\ir</c>, where it is certain which file psql would read: one
/// that is there, below the folder that is checked or the working directory. Whatever is not followed is rated as what it
/// is, a command that may run anything.
/// </summary>
public sealed class IncludedFiles
{
    // Files that include two others each, to some depth, would never come to an end.
    private const int Most = 1000;

    private readonly string workingDirectory;
    private readonly string folder;
    private readonly HashSet<string> open = [];
    private int read;

    private IncludedFiles(string workingDirectory, string folder) =>
        (this.workingDirectory, this.folder) = (workingDirectory, folder);

    /// <param name="script">What includes files.</param>
    /// <param name="path">Full path of its file; null where it has none: then it is as if it were in the working directory.</param>
    /// <param name="workingDirectory">Full path of the folder that psql would be started in.</param>
    /// <param name="folder">Full path of the folder that is checked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SuretyException">InvalidArgument: an included file is there and cannot be read.</exception>
    public static Task<MigrationScript> FollowAsync(
        MigrationScript script,
        string? path,
        string workingDirectory,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var files = new IncludedFiles(workingDirectory, folder);
        if (path is not null)
        {
            files.open.Add(path);
        }

        return files.FollowAsync(script, path, cancellationToken);
    }

    private async Task<MigrationScript> FollowAsync(
        MigrationScript script,
        string? path,
        CancellationToken cancellationToken
    )
    {
        var commands = script.Items.OfType<MetaCommand>().ToList();
        if (!commands.Any(c => c.IncludesFile) || commands.Any(c => c.Name == "cd") || ReadsStringsOtherwise(script))
        {
            return script;
        }

        var included = new Dictionary<MetaCommand, IncludedScript>();
        foreach (var command in commands.Where(c => c.IncludesFile))
        {
            if (Find(command, path) is { } file && ++read <= Most && open.Add(file))
            {
                var name = Path.GetRelativePath(workingDirectory, file);
                var other = await MigrationScript.ReadAsync(file, name, cancellationToken);
                if (!ReadsStringsOtherwise(other))
                {
                    included[command] = new(await FollowAsync(other, file, cancellationToken), file);
                }

                open.Remove(file);
            }
        }

        return script with
        {
            Included = included,
        };
    }

    // The setting goes over from one file into the other, which then is taken apart in another way.
    private static bool ReadsStringsOtherwise(MigrationScript script) => script.Statements.Any(s => !s.StandardStrings);

    /// <summary>psql reads what <c>\i</c> names from the folder it was started in, which people take to be one of three.</summary>
    private string? Find(MetaCommand command, string? path)
    {
        if (NameOf(command) is not { } name)
        {
            return null;
        }

        var beside = path is null ? workingDirectory : Path.GetDirectoryName(path)!;
        string[] places = command.Name is "ir" or "include_relative" ? [beside] : [workingDirectory, folder, beside];
        var found = places.Select(place => Path.GetFullPath(name, place)).Distinct().Where(File.Exists).ToList();
        return found is [var only] && (IsBelow(only, folder) || IsBelow(only, workingDirectory)) ? only : null;
    }

    /// <summary>The name as it stands there; null where psql would make another one of it.</summary>
    private static string? NameOf(MetaCommand command)
    {
        var name = command.Arguments.TrimEnd(';', ' ', '\t', '\r');
        var quoted = name is ['\'', _, .., '\''];
        name = quoted ? name[1..^1] : name;
        return
            name.Length > 0
            && name[0] != '~'
            && name.AsSpan().IndexOfAny(":'\"`\\") < 0
            && (quoted || !name.Any(char.IsWhiteSpace))
            ? name
            : null;
    }

    /// <summary>By its path, and no link on the way that leads elsewhere.</summary>
    private static bool IsBelow(string file, string folder)
    {
        var parts = Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar);
        return parts[0] != ".." && !Path.IsPathRooted(parts[0]) && !Enumerable.Range(1, parts.Length).Any(IsLink);

        bool IsLink(int depth) => new FileInfo(Path.Combine([folder, .. parts.Take(depth)])).LinkTarget is not null;
    }
}
