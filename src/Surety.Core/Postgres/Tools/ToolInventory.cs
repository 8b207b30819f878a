using System.Globalization;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Tools;

/// <summary>The PostgreSQL programs of this machine, and which of them to use for what.</summary>
/// <param name="Found">Usable folders, the newest version first.</param>
/// <param name="Unusable">Folders that hold PostgreSQL programs which cannot be used.</param>
public sealed record ToolInventory(IReadOnlyList<PostgresTools> Found, IReadOnlyList<UnusableTools> Unusable)
{
    /// <inheritdoc cref="ToolLocator.ClientForAsync"/>
    public PostgresTools ClientFor(int serverMajor) =>
        SameOrLowestNewer(tools => tools.IsClient, serverMajor)
        ?? throw Missing(
            $"no pg_dump that can read a PostgreSQL {serverMajor} server is installed",
            InstallAdvice.Client(serverMajor)
        );

    /// <inheritdoc cref="ToolLocator.ClientForArchiveAsync"/>
    public PostgresTools ClientForArchive(int pgDumpMajor) =>
        SameOrLowestNewer(tools => tools.IsClient, pgDumpMajor)
        ?? throw Missing(
            $"no pg_restore that can read what pg_dump {pgDumpMajor} has written is installed",
            InstallAdvice.Client(pgDumpMajor)
        );

    /// <inheritdoc cref="ToolLocator.ServerAsync"/>
    public PostgresTools Server(int? minimumMajor)
    {
        var chosen = minimumMajor is { } major
            ? SameOrLowestNewer(tools => tools.IsServer, major)
            : Found.FirstOrDefault(tools => tools.IsServer);
        var wanted = minimumMajor is { } minimum ? $"PostgreSQL {minimum} or newer" : "PostgreSQL";
        return chosen
            ?? throw Missing(
                $"a scratch server needs the server programs of {wanted}, which are not installed",
                InstallAdvice.Server(minimumMajor)
            );
    }

    private PostgresTools? SameOrLowestNewer(Func<PostgresTools, bool> usable, int major) =>
        Found
            .Where(tools => usable(tools) && tools.Version.Major >= major)
            .OrderBy(tools => tools.Version.Major)
            .ThenByDescending(tools => tools.Version.Minor)
            .FirstOrDefault();

    private SuretyException Missing(string fact, string advice) =>
        new(ErrorCode.ToolMissing, $"{fact}; {Seen()}; nothing was changed", advice);

    private string Seen()
    {
        var usable = Found.Select(tools => $"{tools.Version} ({Kind(tools)}) in {tools.Folder}");
        var unusable = Unusable.Select(tools => $"an unusable one in {tools.Folder} ({tools.Reason})");
        var all = string.Join(", ", usable.Concat(unusable));
        return all.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"found: {all}") : "found none at all";
    }

    private static string Kind(PostgresTools tools) =>
        (tools.IsClient, tools.IsServer) switch
        {
            (true, true) => "client and server",
            (true, false) => "client only",
            (false, true) => "server only",
            _ => "incomplete",
        };
}
