using Surety.Repository.Manifests;
using Surety.Server.Runs;

namespace Surety.Server.Dashboard;

/// <summary>Where the pages are.</summary>
internal static class Links
{
    public static string Database(string name) => $"/databases/{Uri.EscapeDataString(name)}";

    public static string Backup(string database, BackupId id) => $"{Database(database)}/backups/{id}";

    public static string Data(string database, BackupId? backup = null) =>
        $"/data?database={Uri.EscapeDataString(database)}" + (backup is { } id ? $"&backup={id}" : "");

    /// <summary>The audit of a repository, over the last 30 days.</summary>
    public static string Report(string repository) => $"/report/{Uri.EscapeDataString(repository)}";

    public static string Run(RunId id) => $"/runs/{id}";
}
