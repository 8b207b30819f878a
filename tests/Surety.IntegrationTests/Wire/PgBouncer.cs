using System.Diagnostics;
using System.Net.Sockets;
using Surety.Core.Postgres;

namespace Surety.IntegrationTests.Wire;

/// <summary>A pgbouncer on loopback in front of the server's unix socket.</summary>
internal sealed class PgBouncer : IDisposable
{
    private readonly Process process;

    public PgBouncer(AuthServer server, string poolMode, string settings = "")
    {
        var port = AuthServer.FreePort();
        var file = Path.Combine(server.Folder, $"pgbouncer-{port}.ini");
        using (var writer = new StreamWriter(file))
        {
            writer.Write(
                $"""
                [databases]
                * = host={server.Folder} port={server.Port} user=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {port}
                unix_socket_dir =
                auth_type = any
                pool_mode = {poolMode}
                ignore_startup_parameters = extra_float_digits
                {settings}
                """
            );
        }

        server.GiveAway();
        process = Process.Start(AuthServer.AsServerUser("pgbouncer", "--quiet", file))!;
        Target = server.Tcp("postgres") with { Port = port, Password = null };
        WaitUntilItListens(port);
    }

    public ConnectionTarget Target { get; }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private void WaitUntilItListens(int port)
    {
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            process.HasExited.ShouldBeFalse("pgbouncer did not start");
            deadline.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            using var client = new TcpClient();
            try
            {
                client.Connect("127.0.0.1", port);
                return;
            }
            catch (SocketException)
            {
                Thread.Yield();
            }
        }
    }
}
