using System.Text.RegularExpressions;

namespace Surety.Core.Migrations.Files;

internal enum FileRole
{
    Up,
    Down,

    /// <summary>Runs again whenever its text changed: views, functions.</summary>
    Repeatable,
}

/// <param name="Version">Null for a repeatable one.</param>
/// <param name="Name">With blanks for underscores.</param>
internal readonly record struct NamedFile(FileRole Role, MigrationVersion? Version, string Name);

/// <summary>
/// Reads what the name of a file says, in the naming of Flyway (<c>V1.2__add_email.sql</c>, <c>U1.2__...</c>,
/// <c>R__views.sql</c>), golang-migrate (<c>001_name.up.sql</c>), Supabase and sqlx (<c>20240101120000_name.sql</c>), Diesel
/// (<c>20240101120000_name/up.sql</c>) and Prisma (<c>.../migration.sql</c>).
/// </summary>
internal static partial class FileNaming
{
    /// <param name="path">Of the file within the folder of migrations, with a slash where it is in a folder of its own.</param>
    /// <returns>Null where no naming fits.</returns>
    public static NamedFile? Read(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? ReadFile(path) : ReadInFolder(path[..slash], path[(slash + 1)..]);
    }

    /// <summary>As <see cref="Read"/>, at any depth: for who takes the files of a folder as they come.</summary>
    public static NamedFile? ReadBelow(string path) =>
        path.Split('/') is [.., var folder, var file] ? ReadFile(file) ?? ReadInFolder(folder, file) : ReadFile(path);

    private static NamedFile? ReadFile(string file)
    {
        if (Repeatable().Match(file) is { Success: true } repeatable)
        {
            return new NamedFile(FileRole.Repeatable, null, Readable(repeatable));
        }

        if (Flyway().Match(file) is { Success: true } flyway)
        {
            return Versioned(flyway.Groups["kind"].Value == "U" ? FileRole.Down : FileRole.Up, flyway);
        }

        return Numbered().Match(file) is { Success: true } numbered
            ? Versioned(numbered.Groups["way"].Value == ".down" ? FileRole.Down : FileRole.Up, numbered)
            : null;
    }

    private static NamedFile? ReadInFolder(string folder, string file) =>
        (file, NumberedFolder().Match(folder)) switch
        {
            ("up.sql" or "migration.sql", { Success: true } name) => Versioned(FileRole.Up, name),
            ("down.sql", { Success: true } name) => Versioned(FileRole.Down, name),
            _ => null,
        };

    private static NamedFile? Versioned(FileRole role, Match match) =>
        // Diesel writes 2024-01-31-120000.
        MigrationVersion.TryParse(match.Groups["version"].Value.Replace("-", "", StringComparison.Ordinal))
            is { } version
            ? new NamedFile(role, version, Readable(match))
            : null;

    private static string Readable(Match match) => match.Groups["name"].Value.Replace('_', ' ').Trim();

    [GeneratedRegex(@"^R__(?<name>.+)\.sql\z")]
    private static partial Regex Repeatable();

    [GeneratedRegex(@"^(?<kind>[VU])(?<version>[0-9]+([._][0-9]+)*)__(?<name>.*)\.sql\z")]
    private static partial Regex Flyway();

    [GeneratedRegex(@"^(?<version>[0-9]+(\.[0-9]+)*)([_-](?<name>.*?))?(?<way>\.up|\.down)?\.sql\z")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^(?<version>[0-9][0-9-]*)(_(?<name>.*))?\z")]
    private static partial Regex NumberedFolder();
}
