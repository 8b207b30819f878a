using System.Text.RegularExpressions;
using Surety.Core.Migrations.Scripts;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Files;

/// <summary>The migrations of a folder, in the order in which they run.</summary>
/// <param name="Versioned">By their numbers.</param>
/// <param name="Repeatable">By their names; they run after the others.</param>
internal sealed partial record MigrationFolder(
    string Path,
    IReadOnlyList<Migration> Versioned,
    IReadOnlyList<Migration> Repeatable
)
{
    /// <summary>
    /// Reads every SQL file. Strict: a file that is passed over in silence is a migration that never runs.
    /// </summary>
    /// <param name="path">Full path of the folder.</param>
    /// <param name="shown">The folder as the user named it.</param>
    /// <exception cref="SuretyException">InvalidArgument, with the file that cannot be taken.</exception>
    public static async Task<MigrationFolder> ReadAsync(string path, string shown, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(FileRole Role, string Key), (NamedFile Named, MigrationScript Script)>();
        foreach (var file in List(path, shown))
        {
            var named =
                FileNaming.Read(file)
                ?? throw Refused(
                    $"{file} is not named like a migration",
                    "name it V1__name.sql, 001_name.up.sql, 20240101120000_name.sql or 20240101120000_name/up.sql, or move it elsewhere"
                );
            var script = await MigrationScript.ReadAsync(System.IO.Path.Combine(path, file), file, cancellationToken);
            RequireOneWay(script);
            var key = (named.Role, named.Version?.ToString() ?? named.Name);
            if (found.TryGetValue(key, out var other))
            {
                throw Refused(
                    $"{other.Script.File} and {file} are both {(named.Version is { } v ? $"version {v}" : named.Name)}",
                    "give one of them another number"
                );
            }

            found.Add(key, (named, script));
        }

        RequireUps(found);
        return new MigrationFolder(
            path,
            [.. Of(FileRole.Up).OrderBy(m => m.Version!.Value)],
            [.. Of(FileRole.Repeatable).OrderBy(m => m.Up.File, StringComparer.Ordinal)]
        );

        IEnumerable<Migration> Of(FileRole role) =>
            found
                .Where(file => file.Key.Role == role)
                .Select(file => new Migration(
                    file.Value.Named.Version,
                    file.Value.Named.Name,
                    file.Value.Script,
                    role == FileRole.Up && found.TryGetValue((FileRole.Down, file.Key.Key), out var down)
                        ? down.Script
                        : null
                ));
    }

    /// <summary>Every SQL file at any depth, as a path within the folder.</summary>
    private static List<string> List(string path, string shown)
    {
        try
        {
            return
            [
                .. Directory
                    .GetFiles(path, "*.sql", new EnumerationOptions { RecurseSubdirectories = true })
                    .Select(file =>
                        System.IO.Path.GetRelativePath(path, file).Replace(System.IO.Path.DirectorySeparatorChar, '/')
                    )
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"the folder {shown} cannot be read: {e.Message}; nothing was done",
                "name the folder that holds the migrations",
                e
            );
        }
    }

    /// <summary>dbmate's and goose's files hold the way back too, which would run as well.</summary>
    private static void RequireOneWay(MigrationScript script)
    {
        if (script.Comments.FirstOrDefault(comment => DownMarker().IsMatch(comment.Text)) is { } marker)
        {
            throw Refused(
                $"{script.File}:{marker.Position.Line} begins the way back in the same file, which migrate would run too",
                "keep the tool that these files are for, behind a backup: surety guard -- TOOL; or put the way back into a file of its own"
            );
        }
    }

    private static void RequireUps(
        Dictionary<(FileRole Role, string Key), (NamedFile Named, MigrationScript Script)> found
    )
    {
        foreach (var ((role, version), (_, script)) in found)
        {
            if (role == FileRole.Down && !found.ContainsKey((FileRole.Up, version)))
            {
                throw Refused(
                    $"{script.File} takes back version {version}, which has no file",
                    "bring the missing file back, or remove this one"
                );
            }
        }
    }

    private static SuretyException Refused(string fact, string hint) =>
        new(ErrorCode.InvalidArgument, $"{fact.ReplaceLineEndings(" ")}; nothing was done", hint);

    [GeneratedRegex(@"^--\s*(migrate:down|\+goose\s+down|\+migrate\s+down)\b", RegexOptions.IgnoreCase)]
    private static partial Regex DownMarker();
}
