using Surety.Core.Migrations.Files;
using Surety.Core.Migrations.Scripts;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Rehearsal;

/// <param name="Path">Full path, for the files that it includes.</param>
internal sealed record RehearsedFile(MigrationScript Script, string Path);

/// <summary>The scripts of a rehearsal: the way up, and the way down as far as there is one for each.</summary>
/// <param name="Down">In the order in which they run; empty unless every script of the way up has one.</param>
internal sealed record RehearsedFiles(IReadOnlyList<RehearsedFile> Up, IReadOnlyList<RehearsedFile> Down)
{
    /// <exception cref="SuretyException">InvalidArgument: a path cannot be read, or a folder holds what is no migration.</exception>
    public static async Task<RehearsedFiles> ReadAsync(RehearsalOptions options, CancellationToken cancellationToken)
    {
        var pairs = new List<(RehearsedFile Up, RehearsedFile? Down)>();
        foreach (var shown in options.Paths)
        {
            var path = Path.GetFullPath(shown, options.WorkingDirectory);
            pairs.AddRange(
                Directory.Exists(path)
                    ? await ReadFolderAsync(path, shown, cancellationToken)
                    : [await ReadFileAsync(path, shown, cancellationToken)]
            );
        }

        if (pairs.Count == 0)
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"there is no migration in {string.Join(", ", options.Paths)}; nothing was done",
                "name an SQL file, or a folder of them"
            );
        }

        var down = options.Down && pairs.All(p => p.Down is not null) ? pairs.Select(p => p.Down!).Reverse() : [];
        return new RehearsedFiles([.. pairs.Select(p => p.Up)], [.. down]);
    }

    private static async Task<IEnumerable<(RehearsedFile, RehearsedFile?)>> ReadFolderAsync(
        string path,
        string shown,
        CancellationToken cancellationToken
    )
    {
        var folder = await MigrationFolder.ReadAsync(path, shown, cancellationToken);
        return folder.Versioned.Concat(folder.Repeatable).Select(m => (Of(m.Up), m.Down is { } down ? Of(down) : null));

        RehearsedFile Of(MigrationScript script) => new(script, Path.Combine(path, script.File));
    }

    private static async Task<(RehearsedFile, RehearsedFile?)> ReadFileAsync(
        string path,
        string shown,
        CancellationToken cancellationToken
    )
    {
        var up = new RehearsedFile(await MigrationScript.ReadAsync(path, shown, cancellationToken), path);
        if (DownOf(path) is not { } down || !File.Exists(down))
        {
            return (up, null);
        }

        var name = Path.Combine(Path.GetDirectoryName(shown) ?? "", Path.GetFileName(down));
        return (up, new RehearsedFile(await MigrationScript.ReadAsync(down, name, cancellationToken), down));
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
