using System.Net;
using System.Net.Sockets;
using Npgsql;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// Connects a <see cref="BlockingRowSession"/>: every address of the host in turn, each with the encryption that sslmode
/// wants and, where pg_hba.conf turns that away, the other that it allows.
/// Source: PostgreSQL manual, 34.19.3 "Protection Provided in Different Modes".
/// </summary>
internal static class SessionOpening
{
    private const string NotAuthorised = "28000";

    public static BlockingRowSession Connect(
        ConnectionTarget target,
        string applicationName,
        CancellationToken cancellationToken
    )
    {
        Exception? last = null;
        foreach (var address in AddressesOf(target))
        {
            try
            {
                return ConnectTo(target, address, applicationName, cancellationToken);
            }
            catch (Exception e) when (ServerLink.IsBroken(e) || e is TimeoutException)
            {
                last = e;
            }
        }
        var reason = last is null ? "the host has no address" : ServerErrors.ReasonOf(last);
        throw ServerErrors.Unreachable(target, reason, null, last);
    }

    private static BlockingRowSession ConnectTo(
        ConnectionTarget target,
        EndPoint address,
        string applicationName,
        CancellationToken cancellationToken
    )
    {
        var (first, second) = EncryptionsOf(target);
        try
        {
            return Start(target, address, first, applicationName, cancellationToken);
        }
        catch (SuretyException e) when (second is not null && ServerErrors.SqlStateOf(e) == NotAuthorised)
        {
            return Start(target, address, second.Value, applicationName, cancellationToken);
        }
    }

    private static BlockingRowSession Start(
        ConnectionTarget target,
        EndPoint address,
        Encryption encryption,
        string applicationName,
        CancellationToken cancellationToken
    )
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(target.ConnectTimeout);
        ServerLink? link = null;
        try
        {
            link = ServerLink.Open(target, address, encryption, deadline.Token);
            using var closing = link.CloseOn(deadline.Token);
            var messages = new ServerMessages(link);
            var started = new SessionStartup(link, messages, target).Run(applicationName);
            return new BlockingRowSession(target, link, messages, started, cancellationToken);
        }
        catch (Exception e)
        {
            link?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (ServerLink.IsBroken(e) && deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"no answer within {target.ConnectTimeout.TotalSeconds:0} s", e);
            }

            throw;
        }
    }

    /// <summary>What to try, and what to try next where pg_hba.conf has no entry for the first, as libpq does.</summary>
    private static (Encryption First, Encryption? Second) EncryptionsOf(ConnectionTarget target) =>
        target.IsUnixSocket
            ? (Encryption.None, null)
            : target.SslMode switch
            {
                SslMode.Disable => (Encryption.None, null),
                SslMode.Allow => (Encryption.None, Encryption.Required),
                SslMode.Prefer => (Encryption.IfOffered, Encryption.None),
                _ => (Encryption.Required, null),
            };

    private static IReadOnlyList<EndPoint> AddressesOf(ConnectionTarget target)
    {
        try
        {
            return ServerLink.AddressesOf(target);
        }
        catch (SocketException e)
        {
            throw ServerErrors.Unreachable(target, ServerErrors.ReasonOf(e), null, e);
        }
    }
}
