namespace Surety.Core.Postgres.Tools;

/// <summary>What to type on this machine to get missing PostgreSQL programs.</summary>
internal static class InstallAdvice
{
    private const string Elsewhere =
        $"or set {ToolSearch.Variable} to the folder that holds them; packages for every system: https://www.postgresql.org/download/";

    public static string Client(int major) =>
        $"install them: {Command($"postgresql-client-{major}", $"postgresql{major}", $"postgresql@{major}")}, {Elsewhere}";

    public static string Server(int? major) =>
        $"install them: {(major is { } version
            ? Command($"postgresql-{version}", $"postgresql{version}-server", $"postgresql@{version}")
            : Command("postgresql", "postgresql-server", "postgresql"))}, {Elsewhere}";

    private static string Command(string debian, string redHat, string homebrew)
    {
        if (OperatingSystem.IsWindows())
        {
            return "winget install PostgreSQL.PostgreSQL";
        }

        if (OperatingSystem.IsMacOS())
        {
            return $"brew install {homebrew}";
        }

        return File.Exists("/usr/bin/dnf") ? $"dnf install {redHat}" : $"apt-get install {debian}";
    }
}
