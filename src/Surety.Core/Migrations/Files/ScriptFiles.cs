using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Files;

/// <summary>
/// The migrations of a folder in the order of their versions, whatever tool named them: Flyway, golang-migrate, Supabase,
/// Diesel, Prisma, Rails' SQL.
/// </summary>
public static class ScriptFiles
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
    };

    /// <summary>The file itself, or the SQL files below a folder.</summary>
    /// <param name="down">True to have those too that take a migration back.</param>
    /// <exception cref="SuretyException">There is nothing of that name, or no SQL in it.</exception>
    public static IReadOnlyList<string> Find(string path, bool down)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        var files = Directory
            .EnumerateFiles(path, "*.sql", Everything)
            .Select(file => Path.GetRelativePath(path, file));
        var found = InOrder(files, down).Select(file => Path.Combine(path, file)).ToList();
        return found.Count > 0
            ? found
            : throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"there are no SQL files in {path}; nothing was done",
                "Name the folder that holds the migrations."
            );
    }

    /// <summary>By version; what has none, such as Flyway's repeatable ones, comes last; ties go by path.</summary>
    /// <param name="paths">Relative to the folder.</param>
    /// <param name="down">True to have those too that take a migration back.</param>
    internal static IEnumerable<string> InOrder(IEnumerable<string> paths, bool down) =>
        paths
            .Select(path => (Path: path, Named: FileNaming.ReadBelow(path.Replace(Path.DirectorySeparatorChar, '/'))))
            .Where(file => down || !IsDown(file.Path, file.Named))
            .OrderBy(file => file.Named?.Version is null)
            .ThenBy(file => file.Named?.Version)
            .ThenBy(file => file.Path, StringComparer.Ordinal)
            .Select(file => file.Path);

    // What has no version can still say which way it goes.
    private static bool IsDown(string path, NamedFile? named) =>
        named?.Role == FileRole.Down
        || path.EndsWith(".down.sql", StringComparison.OrdinalIgnoreCase)
        || Path.GetFileName(path) == "down.sql";
}
