namespace Surety.Core.Postgres.Wire;

/// <summary>Opens the fastest session that the server's authentication allows.</summary>
internal static class RowSessions
{
    /// <summary>
    /// Connects by the blocking session, else by Npgsql. The token ends connecting, and with the blocking session also
    /// whatever runs later.
    /// </summary>
    public static IRowSession Open(ConnectionTarget target, string applicationName, CancellationToken cancellationToken)
    {
        try
        {
            return BlockingRowSession.Connect(target, applicationName, cancellationToken);
        }
        catch (AuthenticationNotCoveredException)
        {
            return new NpgsqlRowSession(
                PostgresConnections.Open(target, applicationName, cancellationToken),
                ownsConnection: true
            );
        }
    }
}
