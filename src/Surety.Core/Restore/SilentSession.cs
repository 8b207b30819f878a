using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Errors;

namespace Surety.Core.Restore;

/// <summary>Keeps ordinary triggers and foreign keys from acting until the transaction ends.</summary>
internal static class SilentSession
{
    /// <summary>
    /// False where the role may not (manual section 20.11.1, session_replication_role). Triggers that are enabled ALWAYS or
    /// for replicas fire all the same.
    /// </summary>
    public static async Task<bool> TryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.RunAsync("SAVEPOINT before_role", cancellationToken);
        try
        {
            await connection.RunAsync("SET LOCAL session_replication_role = replica", cancellationToken);
            return true;
        }
        catch (SuretyException e) when (e.Code == ErrorCode.PrivilegeMissing)
        {
            await connection.RunAsync("ROLLBACK TO before_role", cancellationToken);
            return false;
        }
    }
}
