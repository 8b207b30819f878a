using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Surety.Core.Postgres.Wire;

/// <summary>Whether a link is to be encrypted.</summary>
internal enum Encryption
{
    None,
    IfOffered,
    Required,
}

/// <summary>
/// The socket to the server, plain or under TLS, which only ever makes blocking calls: one asynchronous or non-blocking
/// call would bind it to .NET's epoll engine for good.
/// Source: PostgreSQL manual, 55.2.10 "SSL Session Encryption".
/// </summary>
internal sealed class ServerLink : IDisposable
{
    private const int SslRequestCode = 80877103;

    private readonly Socket socket;
    private SslStream? tls;

    private ServerLink(EndPoint remote)
    {
        Remote = remote;
        socket =
            remote is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    }

    public EndPoint Remote { get; }

    public bool IsEncrypted => tls is not null;

    /// <summary>The server's certificate on an encrypted link, else null.</summary>
    public X509Certificate2? ServerCertificate => tls?.RemoteCertificate as X509Certificate2;

    /// <summary>True for what a link throws that has broken, was closed from outside, or carries nonsense.</summary>
    public static bool IsBroken(Exception e) =>
        e is SocketException or IOException or ObjectDisposedException or InvalidDataException;

    /// <summary>Every address that the target's host stands for, in the order in which to try them.</summary>
    public static IReadOnlyList<EndPoint> AddressesOf(ConnectionTarget target) =>
        target.IsUnixSocket
            ? [new UnixDomainSocketEndPoint(target.Endpoint)]
            : [.. Dns.GetHostAddresses(target.Host).Select(address => new IPEndPoint(address, target.Port))];

    /// <summary>Connects and, where asked for, encrypts. Cancelling closes the socket from outside.</summary>
    public static ServerLink Open(
        ConnectionTarget target,
        EndPoint remote,
        Encryption encryption,
        CancellationToken cancellationToken
    )
    {
        var link = new ServerLink(remote);
        try
        {
            using var closing = link.CloseOn(cancellationToken);
            link.socket.Connect(remote);
            link.KeepAlive();
            if (encryption != Encryption.None)
            {
                link.Encrypt(target, encryption);
            }

            return link;
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>Makes a cancelled token end whatever call blocks on this link.</summary>
    public CancellationTokenRegistration CloseOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static state => ((Socket)state!).Dispose(), socket);

    /// <summary>Blocks until there is at least one byte. Returns 0 where the server has closed.</summary>
    public int Receive(Span<byte> buffer) => tls is null ? socket.Receive(buffer) : tls.Read(buffer);

    public void Send(ReadOnlySpan<byte> message)
    {
        if (tls is not null)
        {
            tls.Write(message);
            return;
        }
        while (!message.IsEmpty)
        {
            message = message[socket.Send(message)..];
        }
    }

    public void Dispose()
    {
        // The socket first: SslStream would otherwise try to say goodbye to a server that may no longer listen.
        socket.Dispose();
        tls?.Dispose();
    }

    /// <summary>A network that silently drops an idle connection must surface as an error, not as a wait without end.</summary>
    private void KeepAlive()
    {
        if (Remote is not IPEndPoint)
        {
            return;
        }

        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 6);
    }

    private void Encrypt(ConnectionTarget target, Encryption encryption)
    {
        Span<byte> request = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(request, request.Length);
        BinaryPrimitives.WriteInt32BigEndian(request[4..], SslRequestCode);
        Send(request);

        // One byte and no more: anything behind it in plain text would be an attacker's (CVE-2021-23222).
        var answer = request[..1];
        if (Receive(answer) == 0)
        {
            throw new EndOfStreamException("the server closed the connection");
        }

        switch (answer[0])
        {
            case (byte)'S':
                tls = TlsHandshake.Run(new NetworkStream(socket, ownsSocket: false), target);
                break;
            case (byte)'N' when encryption == Encryption.IfOffered:
                break;
            case (byte)'N':
                throw ServerErrors.Unreachable(
                    target,
                    "the server does not offer TLS",
                    "turn TLS on at the server (ssl = on), or use sslmode=prefer where the network is trusted"
                );
            default:
                throw ServerErrors.Unreachable(
                    target,
                    "what answers is not a PostgreSQL server",
                    "check host and port"
                );
        }
    }
}
