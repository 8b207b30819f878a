using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Errors;

namespace Surety.Core.Restore;

/// <summary>Gathers planner statistics after a restore: a new database plans badly without.</summary>
internal static class StatisticsGathering
{
    /// <summary>Returns why it could not be done, if so: rows that are proven are no less worth for it.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(
        ConnectionTarget target,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var connection = await PostgresConnections.OpenAsync(
                target,
                "surety restore",
                cancellationToken
            );
            var tables = await connection.QueryAsync(
                SqlFile.Read("tables-to-analyze"),
                r => r.GetString(0),
                cancellationToken
            );
            await connection.RunAsync($"ANALYZE {string.Join(", ", tables)}", cancellationToken);
            return [];
        }
        catch (SuretyException e) when (e.Code is ErrorCode.QueryFailed or ErrorCode.PrivilegeMissing)
        {
            return [$"statistics were not gathered, run ANALYZE: {e.Message}"];
        }
    }
}
