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

        var found = Directory
            .EnumerateFiles(path, "*.sql", Everything)
            .Select(file => (File: file, Name: MigrationName.Of(Path.GetRelativePath(path, file))))
            .Where(m => down || !m.Name.IsDown)
            .OrderBy(m => m.Name)
            .Select(m => m.File)
            .ToList();
        return found.Count > 0
            ? found
            : throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"there are no SQL files in {path}; nothing was done",
                "Name the folder that holds the migrations."
            );
    }
}
