using System.Net.Sockets;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// Asks the server, on a connection of its own, to end what a session runs.
/// Source: PostgreSQL manual, 55.2.8 "Canceling Requests in Progress".
/// </summary>
internal static class CancelRequest
{
    private const int CancelRequestCode = 80877102;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Returns after the server has passed the request on; false where it could not be reached, which leaves closing the
    /// session as the only way.
    /// </summary>
    public static bool TrySend(ConnectionTarget target, ServerLink session, byte[] cancelKey)
    {
        if (cancelKey.Length == 0)
        {
            return false;
        }

        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            var encryption = session.IsEncrypted ? Encryption.Required : Encryption.None;
            using var link = ServerLink.Open(target, session.Remote, encryption, deadline.Token);
            using var closing = link.CloseOn(deadline.Token);
            link.Send(new PayloadWriter(type: null).Int32(CancelRequestCode).Bytes(cancelKey).ToMessage());
            // The server closes once it has sent the signal; going on earlier could cancel the next statement instead.
            return link.Receive(stackalloc byte[1]) == 0;
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or SuretyException)
        {
            return false;
        }
    }
}
