using System.Text.RegularExpressions;

namespace Surety.Core.Postgres.Tools;

/// <summary>
/// Where PostgreSQL programs may be: the folders of <c>SURETY_PG_BIN</c> and no others where it is set, else those of
/// <c>PATH</c> and the places where packages put them.
/// </summary>
internal static partial class ToolSearch
{
    /// <summary>The variable that names one folder or several, separated as in <c>PATH</c>.</summary>
    public const string Variable = "SURETY_PG_BIN";

    /// <summary>Packages' folders; a <c>*</c> stands for one part of the path.</summary>
    private static readonly string[] UnixPatterns =
    [
        "/usr/lib/postgresql/*/bin", // Debian, Ubuntu
        "/usr/pgsql-*/bin", // PostgreSQL's own RPM packages
        "/opt/homebrew/opt/postgresql@*/bin",
        "/usr/local/opt/postgresql@*/bin", // Homebrew on Intel
        "/Applications/Postgres.app/Contents/Versions/*/bin",
        "/usr/local/pgsql/bin", // make install
    ];

    private static readonly string[] WindowsPatterns = [@"C:\Program Files\PostgreSQL\*\bin"];

    public static IReadOnlyList<string> Folders(Func<string, string?> environment)
    {
        if (environment(Variable) is { Length: > 0 } chosen)
        {
            return Split(chosen);
        }

        var patterns = OperatingSystem.IsWindows() ? WindowsPatterns : UnixPatterns;
        return [.. Split(environment("PATH") ?? ""), .. patterns.SelectMany(Expand)];
    }

    internal static IEnumerable<string> Expand(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
        {
            return [pattern];
        }

        var parent = Path.GetDirectoryName(pattern[..star])!;
        var rest = pattern[(parent.Length + 1)..].Split('/', '\\');
        return Directory.Exists(parent)
            ? Directory
                .EnumerateDirectories(parent, rest[0])
                .Select(found => Path.Combine([found, .. rest[1..]]))
                .Order(StringComparer.Ordinal)
            : [];
    }

    private static string[] Split(string paths) =>
        [
            .. paths
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(Path.GetFullPath),
        ];

    /// <summary>
    /// The folder that a folder's programs really are in: packages put links into <c>/usr/bin</c>. Null where the folder
    /// holds no PostgreSQL, or Debian's wrapper, which picks a version by rules of its own (pg_wrapper(1)).
    /// </summary>
    public static string? Resolve(string folder)
    {
        foreach (var tool in (ReadOnlySpan<PostgresTool>)[PostgresTool.PgDump, PostgresTool.Postgres])
        {
            var file = new FileInfo(Path.Combine(folder, tool.FileName()));
            if (!file.Exists)
            {
                continue;
            }

            var target = file.ResolveLinkTarget(returnFinalTarget: true);
            return target is null || !Wrapper().IsMatch(target.Name) ? FolderOf(target as FileInfo, file) : null;
        }

        return null;
    }

    // A link to a program of another name is a shim (asdf, busybox style): what it starts depends on its own name.
    private static string FolderOf(FileInfo? target, FileInfo file) =>
        target is { Exists: true } && target.Name == file.Name ? target.DirectoryName! : file.DirectoryName!;

    [GeneratedRegex("^pg_wrapper")]
    private static partial Regex Wrapper();
}
