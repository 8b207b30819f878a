using Surety.Core.Postgres.Tools;

namespace Surety.Core.Diagnosis;

/// <summary>PostgreSQL's own programs: for dumping and restoring schemas, and for scratch servers.</summary>
internal static class ToolCheck
{
    public static async Task RunAsync(ToolInventory inventory, Findings findings)
    {
        foreach (var tools in inventory.Found.Where(t => t.IsClient))
        {
            findings.Ok("client tools", $"PostgreSQL {tools.Version} in {tools.Folder}");
        }

        foreach (var unusable in inventory.Unusable)
        {
            findings.Warning("client tools", $"{unusable.Folder} cannot be used: {unusable.Reason}");
        }

        if (!inventory.Found.Any(t => t.IsClient))
        {
            findings.Problem(
                "client tools",
                "pg_dump and pg_restore were found nowhere",
                InstallAdvice.Client(NewestMajor)
            );
        }

        // Only demo, drill and rehearse need one.
        await findings.TryAsync(
            "server programs",
            () =>
            {
                var server = inventory.Server(null);
                findings.Ok("server programs", $"PostgreSQL {server.Version} in {server.Folder}, for scratch servers");
                return Task.CompletedTask;
            },
            FindingLevel.Warning
        );
    }

    // A newer pg_dump reads every older server.
    private const int NewestMajor = 18;
}
