using System.Net.Sockets;
using Npgsql;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres;

/// <summary>
/// What the server said when it refused. The detail field is left out on purpose: it quotes row values.
/// Source: PostgreSQL manual, 55.8 "Error and Notice Message Fields".
/// </summary>
internal readonly record struct ServerReport(string Severity, string SqlState, string Message, string? Hint)
{
    /// <summary>True where the server ends the session after this report.</summary>
    public bool EndsSession => Severity is "FATAL" or "PANIC";

    public static ServerReport From(PostgresException e) => new(e.InvariantSeverity, e.SqlState, e.MessageText, e.Hint);
}

/// <summary>
/// The one place where a server's refusal becomes a <see cref="SuretyException"/>, whether Npgsql or the blocking
/// session received it. Source: PostgreSQL manual, appendix A "PostgreSQL Error Codes".
/// </summary>
internal static class ServerErrors
{
    private const string SqlStateKey = "SqlState";

    /// <summary>The SQLSTATE behind an exception that came from here, else null.</summary>
    public static string? SqlStateOf(Exception exception) => exception.Data[SqlStateKey] as string;

    public static ErrorCode CodeOf(string sqlState) =>
        sqlState switch
        {
            "3D000" => ErrorCode.DatabaseNotFound,
            "42501" => ErrorCode.PrivilegeMissing,
            "55P03" => ErrorCode.LockTimeout,
            // Too many connections; starting up or shutting down; the database accepts no connections.
            "53300" or "57P03" => ErrorCode.ConnectionFailed,
            // Ended by an administrator, by a crash, with its database, or for idling.
            "57P01" or "57P02" or "57P04" or "57P05" or "25P03" or "25P04" => ErrorCode.ConnectionLost,
            _ when sqlState.StartsWith("28", StringComparison.Ordinal) => ErrorCode.AuthenticationFailed,
            _ when sqlState.StartsWith("08", StringComparison.Ordinal) => ErrorCode.ConnectionLost,
            _ => ErrorCode.QueryFailed,
        };

    public static bool IsTransient(string sqlState) =>
        sqlState is "40001" or "40P01" or "55P03" or "53300"
        || sqlState.StartsWith("57P0", StringComparison.Ordinal)
        || sqlState.StartsWith("08", StringComparison.Ordinal);

    /// <summary>A statement that the server refused, or a session that it ended.</summary>
    public static SuretyException Refused(ServerReport report, Exception? inner = null)
    {
        var code = CodeOf(report.SqlState);
        var fact =
            code == ErrorCode.ConnectionLost ? "the server ended the session" : "the server refused the statement";
        return Make(
            code,
            $"{fact}: {report.Message} (SQLSTATE {report.SqlState})",
            report.Hint,
            report.SqlState,
            inner
        );
    }

    /// <summary>A connection that the server answered and turned away.</summary>
    public static SuretyException TurnedAway(ConnectionTarget target, ServerReport report, Exception? inner = null)
    {
        var code = CodeOf(report.SqlState) switch
        {
            ErrorCode.AuthenticationFailed => ErrorCode.AuthenticationFailed,
            ErrorCode.DatabaseNotFound => ErrorCode.DatabaseNotFound,
            ErrorCode.PrivilegeMissing => ErrorCode.PrivilegeMissing,
            _ => ErrorCode.ConnectionFailed,
        };
        return Make(
            code,
            $"cannot connect to {target.Endpoint}: {report.Message} (SQLSTATE {report.SqlState}); nothing was changed",
            report.Hint ?? HintFor(report.SqlState, target),
            report.SqlState,
            inner
        );
    }

    /// <summary>A server that could not be reached, or with which no session could be agreed.</summary>
    public static SuretyException Unreachable(
        ConnectionTarget target,
        string reason,
        string? hint = null,
        Exception? inner = null
    ) =>
        new(
            ErrorCode.ConnectionFailed,
            $"cannot connect to {target.Endpoint}: {reason}; nothing was changed",
            hint ?? "check that the server is running and that host and port are right",
            inner
        )
        {
            IsTransient = true,
        };

    /// <summary>Authentication that failed on this side, before or after the server had its say.</summary>
    public static SuretyException NotAuthenticated(ConnectionTarget target, string reason, string hint) =>
        new(
            ErrorCode.AuthenticationFailed,
            $"cannot connect to {target.Endpoint} as \"{target.User}\": {reason}; nothing was changed",
            hint
        );

    /// <summary>A session that ended without the server saying why.</summary>
    public static SuretyException Lost(string reason, Exception? inner = null) =>
        new(
            ErrorCode.ConnectionLost,
            $"the connection to the server was lost: {reason}",
            "see the server's log for the reason, then run the command again",
            inner
        )
        {
            IsTransient = true,
        };

    /// <summary>What Npgsql threw while a statement ran.</summary>
    public static SuretyException From(NpgsqlException exception) =>
        exception is PostgresException refused
            ? Refused(ServerReport.From(refused), refused)
            : Lost(ReasonOf(exception.InnerException ?? exception), exception);

    /// <summary>What went wrong with a socket, without the address that .NET puts behind some messages and not others.</summary>
    public static string ReasonOf(Exception exception) =>
        exception switch
        {
            SocketException socket => new SocketException((int)socket.SocketErrorCode).Message,
            IOException { InnerException: SocketException socket } => ReasonOf(socket),
            _ => exception.Message,
        };

    private static SuretyException Make(
        ErrorCode code,
        string message,
        string? hint,
        string sqlState,
        Exception? inner
    ) => new(code, message, hint, inner) { IsTransient = IsTransient(sqlState), Data = { [SqlStateKey] = sqlState } };

    private static string? HintFor(string sqlState, ConnectionTarget target) =>
        sqlState switch
        {
            "3D000" => $"list the databases with: psql -h {target.Host} -p {target.Port} -U {target.User} -l postgres",
            "28P01" => "check the password in the URL, PGPASSWORD or .pgpass",
            "28000" => "the server's pg_hba.conf must allow this role, database, address and encryption",
            "53300" => "wait until other sessions end, use fewer --jobs, or raise max_connections",
            // It accepts no connections: ALLOW_CONNECTIONS is false, by nobody of Surety.
            "55000" => $"allow it from another database: ALTER DATABASE \"{target.Database}\" ALLOW_CONNECTIONS true",
            "57P03" => "wait until the server has started, then run the command again",
            _ => null,
        };
}
