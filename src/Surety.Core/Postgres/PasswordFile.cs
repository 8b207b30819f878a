using System.Globalization;
using System.Text;

namespace Surety.Core.Postgres;

/// <summary>
/// Looks a password up in <c>.pgpass</c>: lines of <c>host:port:database:user:password</c>, where <c>*</c> matches all
/// and a backslash comes before a colon or backslash. The first line that matches wins.
/// Source: PostgreSQL manual, 34.16 "The Password File".
/// </summary>
internal static class PasswordFile
{
    private const UnixFileMode OtherPeople =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    public static string? Find(
        string host,
        int port,
        string database,
        string user,
        string? file,
        IReadOnlyDictionary<string, string?> environment,
        Action<string> warn
    )
    {
        file ??= environment.GetValueOrDefault("HOME") is { Length: > 0 } home ? Path.Combine(home, ".pgpass") : null;
        if (file is null || !File.Exists(file) || !IsProtected(file, warn))
        {
            return null;
        }

        string[] wanted =
        [
            IsDefaultSocketFolder(host) ? "localhost" : host,
            port.ToString(CultureInfo.InvariantCulture),
            database,
            user,
        ];
        return Lines(file, warn)
            .Select(line => PasswordIn(line, wanted))
            .FirstOrDefault(password => password is not null);
    }

    private static string[] Lines(string file, Action<string> warn)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn($"the password file {file} was ignored: {e.Message}");
            return [];
        }
    }

    private static bool IsProtected(string file, Action<string> warn)
    {
        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & OtherPeople) == 0)
        {
            return true;
        }

        warn($"the password file {file} was ignored: others may read it; run chmod 600 on it");
        return false;
    }

    // The folder that libpq was built with: Debian's and Fedora's, and PostgreSQL's own.
    private static bool IsDefaultSocketFolder(string host) =>
        host is ConnectionTargetParser.DefaultSocketFolder or "/run/postgresql" or "/tmp";

    private static string? PasswordIn(string line, string[] wanted)
    {
        if (line.StartsWith('#'))
        {
            return null;
        }

        var fields = Fields(line);
        if (fields.Count < wanted.Length + 1)
        {
            return null;
        }

        for (var i = 0; i < wanted.Length; i++)
        {
            if (fields[i].Raw != "*" && fields[i].Text != wanted[i])
            {
                return null;
            }
        }
        return fields[wanted.Length].Text;
    }

    private static List<(string Raw, string Text)> Fields(string line)
    {
        var fields = new List<(string, string)>();
        var text = new StringBuilder();
        var start = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == ':')
            {
                fields.Add((line[start..i], text.ToString()));
                text.Clear();
                start = i + 1;
                continue;
            }
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                i++;
            }

            text.Append(line[i]);
        }
        fields.Add((line[start..], text.ToString()));
        return fields;
    }
}
