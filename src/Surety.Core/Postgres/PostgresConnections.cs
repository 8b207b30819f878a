using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres;

/// <summary>Opens Npgsql connections, with failures told in Surety's words.</summary>
public static class PostgresConnections
{
    private static readonly string[] MaintenanceDatabases = ["postgres", "template1"];

    /// <summary>An open connection, which the caller disposes.</summary>
    /// <param name="target">Where to connect.</param>
    /// <param name="applicationName">What <c>pg_stat_activity</c> shows.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="withDetails">Errors have the server's detail field, which quotes row values.</param>
    /// <exception cref="SuretyException">
    /// <see cref="ErrorCode.ConnectionFailed"/> (transient), <see cref="ErrorCode.AuthenticationFailed"/>,
    /// <see cref="ErrorCode.DatabaseNotFound"/> or <see cref="ErrorCode.PrivilegeMissing"/>.
    /// </exception>
    public static async Task<NpgsqlConnection> OpenAsync(
        ConnectionTarget target,
        string applicationName,
        CancellationToken cancellationToken,
        bool withDetails = false
    )
    {
        var form = target.ToNpgsql(applicationName);
        form.IncludeErrorDetail = withDetails;
        var connection = new NpgsqlConnection(form.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (e is NpgsqlException failure)
            {
                throw Failed(target, failure);
            }

            throw;
        }
    }

    /// <summary>
    /// As <see cref="OpenAsync"/>, to another database of the same server: one cannot rename or drop the database that one
    /// is in.
    /// </summary>
    internal static async Task<NpgsqlConnection> OpenBesideAsync(
        ConnectionTarget target,
        string applicationName,
        CancellationToken cancellationToken
    )
    {
        var candidates = MaintenanceDatabases.Where(d => d != target.Database).ToList();
        foreach (var database in candidates.SkipLast(1))
        {
            try
            {
                return await OpenAsync(target.WithDatabase(database), applicationName, cancellationToken);
            }
            catch (SuretyException e) when (e.Code is ErrorCode.DatabaseNotFound or ErrorCode.PrivilegeMissing)
            {
                // The next one may be open to this role.
                continue;
            }
        }

        return await OpenAsync(target.WithDatabase(candidates[^1]), applicationName, cancellationToken);
    }

    /// <summary>As <see cref="OpenAsync"/>, for a thread that may block.</summary>
    internal static NpgsqlConnection Open(
        ConnectionTarget target,
        string applicationName,
        CancellationToken cancellationToken
    ) => OpenAsync(target, applicationName, cancellationToken).GetAwaiter().GetResult();

    private static SuretyException Failed(ConnectionTarget target, NpgsqlException failure) =>
        failure switch
        {
            PostgresException refused => ServerErrors.TurnedAway(target, ServerReport.From(refused), refused),
            { InnerException: AuthenticationException tls } => ServerErrors.Unreachable(
                target,
                $"TLS failed: {tls.InnerException?.Message ?? tls.Message}",
                "check sslmode and sslrootcert",
                failure
            ),
            // What the system says of a socket that is not there names no reason.
            { InnerException: SocketException } when target.IsUnixSocket && !File.Exists(target.Endpoint) =>
                ServerErrors.Unreachable(target, "there is no such socket", null, failure),
            { InnerException: SocketException socket } => ServerErrors.Unreachable(
                target,
                ServerErrors.ReasonOf(socket),
                null,
                failure
            ),
            { InnerException: TimeoutException } => ServerErrors.Unreachable(
                target,
                $"no answer within {target.ConnectTimeout.TotalSeconds:0} s",
                null,
                failure
            ),
            _ when failure.Message.Contains("password", StringComparison.OrdinalIgnoreCase) =>
                ServerErrors.NotAuthenticated(
                    target,
                    "the server asks for a password, and none is known",
                    "put it into the URL, PGPASSWORD or .pgpass"
                ),
            _ => ServerErrors.Unreachable(target, failure.Message, null, failure),
        };
}
