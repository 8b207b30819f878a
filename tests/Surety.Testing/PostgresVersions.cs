using Surety.Core.Postgres.Tools;

namespace Surety.Testing;

/// <summary>
/// PostgreSQL of several major versions side by side, for the version matrix: what is installed, and what
/// <c>eng/postgres-versions.sh</c> has brought into <c>artifacts/postgres</c>.
/// </summary>
public static class PostgresVersions
{
    private static readonly ToolLocator All = new([
        .. ToolSearch.Folders(Environment.GetEnvironmentVariable),
        .. ToolSearch.Expand(Path.Combine(ProjectFolders.Root, "artifacts", "postgres", "*", "bin")),
    ]);

    /// <summary>Client and server programs of just this major version.</summary>
    public static async Task<PostgresTools> ToolsAsync(int major)
    {
        var inventory = await All.InventoryAsync(CancellationToken.None);
        return inventory.Found.FirstOrDefault(t => t.Version.Major == major && t.IsClient && t.IsServer)
            ?? throw new InvalidOperationException(
                $"PostgreSQL {major} is not here: eng/postgres-versions.sh {major} brings it"
            );
    }

    /// <summary>What Surety would see on a machine where these major versions are installed and no other.</summary>
    public static async Task<ToolLocator> OnlyAsync(params int[] majors)
    {
        var installed = await Task.WhenAll(majors.Select(ToolsAsync));
        return new ToolLocator(installed.Select(tools => tools.Folder).ToList());
    }
}
