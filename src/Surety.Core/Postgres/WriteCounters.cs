using Surety.Core.Postgres.Catalog;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres;

/// <summary>Whether a database was written to, by its server's own counters; nothing is installed in it.</summary>
public static class WriteCounters
{
    private const string ApplicationName = "surety watch";

    /// <summary>A server that does not answer within that is no better than one that is not there. Seconds.</summary>
    private const int Patience = 10;

    private static readonly string Counters = SqlFile.Read("write-counters");

    /// <summary>
    /// The counters as a text that is equal as long as nothing was written. They are a second behind, and ten where a session
    /// went idle right after its writes. Statistics that were reset or lost change it too.
    /// </summary>
    /// <exception cref="SuretyException">As <see cref="PostgresConnections.OpenAsync"/>, or the query failed or took too long.</exception>
    public static async Task<string> ReadAsync(ConnectionTarget target, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnections.OpenAsync(target, ApplicationName, cancellationToken);
        await connection.RunAsync(
            $"SET statement_timeout = '{Patience}s'; SET search_path = pg_catalog",
            cancellationToken
        );
        var counters = await connection.QueryAsync(
            Counters,
            row => row.IsDBNull(0) ? null : row.GetString(0),
            cancellationToken
        );
        return counters[0]
            ?? throw new SuretyException(
                ErrorCode.QueryFailed,
                "the server counts no writes: track_counts is off; changes cannot be seen",
                "turn track_counts on, as it is by default, or back up by cron or every"
            );
    }
}
