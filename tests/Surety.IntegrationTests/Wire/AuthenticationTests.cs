using System.Net;
using System.Net.Sockets;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Wire;
using Surety.Repository.Errors;

namespace Surety.IntegrationTests.Wire;

[Collection(nameof(AuthServer))]
public sealed class AuthenticationTests(AuthServer server)
{
    [Theory]
    [InlineData("trusted", SslMode.Disable, null)]
    [InlineData("clear", SslMode.Disable, null)]
    [InlineData("hashed", SslMode.Disable, null)]
    [InlineData("scram", SslMode.Disable, null)]
    [InlineData("clear", SslMode.Require, null)]
    [InlineData("hashed", SslMode.Require, null)]
    [InlineData("scram", SslMode.Require, null)]
    [InlineData("scram", SslMode.Require, ChannelBinding.Require)]
    [InlineData("scram", SslMode.Require, ChannelBinding.Disable)]
    // Where pg_hba.conf turns the first attempt away, the second is made the other way.
    [InlineData("only_tls", SslMode.Allow, null)]
    [InlineData("only_plain", SslMode.Prefer, null)]
    public void A_role_gets_in_by_its_method(string role, SslMode mode, ChannelBinding? binding)
    {
        var target = server.Tcp(role) with { SslMode = mode, ChannelBinding = binding ?? ChannelBinding.Prefer };

        using var session = BlockingRowSession.Connect(target, "wire test", CancellationToken.None);

        session.QueryColumn("SELECT current_user").ShouldBe([role]);
        session
            .QueryColumn("SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()")
            .ShouldBe(["wire test"]);
        var encrypted = mode == SslMode.Require || role == "only_tls";
        session
            .QueryColumn("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            .ShouldBe([encrypted ? "t" : "f"]);
    }

    [Fact]
    public void The_unix_socket_needs_no_password_for_trust_and_peer()
    {
        foreach (var role in (string[])["postgres", "root"])
        {
            using var session = Connect(server.Socket with { User = role });
            session.QueryColumn("SELECT current_user").ShouldBe([role]);
        }
    }

    [Fact]
    public void A_client_certificate_gets_its_role_in()
    {
        var target = server.Tcp("certified") with
        {
            SslMode = SslMode.Require,
            ClientCertificate = server.Client.Certificate,
            ClientKey = server.Client.Key,
        };

        using var session = Connect(target);

        session.QueryColumn("SELECT current_user").ShouldBe(["certified"]);
        Refused(target with { ClientCertificate = null }).Code.ShouldBe(ErrorCode.AuthenticationFailed);
    }

    [Theory]
    [InlineData("clear")]
    [InlineData("hashed")]
    [InlineData("scram")]
    public async Task A_wrong_password_is_told_without_it(string role)
    {
        var target = server.Tcp(role) with { Password = "s3cr3t" };
        var expected =
            $"cannot connect to 127.0.0.1:{server.Port}: password authentication failed for user \"{role}\" "
            + "(SQLSTATE 28P01); nothing was changed";

        var blocking = Refused(target);
        var npgsql = await Should.ThrowAsync<SuretyException>(PostgresConnections.OpenAsync(target, "test", default));

        foreach (var refused in (SuretyException[])[blocking, npgsql])
        {
            refused.Message.ShouldBe(expected);
            refused.Code.ShouldBe(ErrorCode.AuthenticationFailed);
            refused.Hint.ShouldBe("check the password in the URL, PGPASSWORD or .pgpass");
            ServerErrors.SqlStateOf(refused).ShouldBe("28P01");
            refused.ToString().ShouldNotContain("s3cr3t");
        }
    }

    [Fact]
    public async Task A_missing_password_is_told()
    {
        var target = server.Tcp("scram") with { Password = null };
        var expected =
            $"cannot connect to 127.0.0.1:{server.Port} as \"scram\": the server asks for a password, and none is known; "
            + "nothing was changed";

        Refused(target).Message.ShouldBe(expected);
        (
            await Should.ThrowAsync<SuretyException>(PostgresConnections.OpenAsync(target, "test", default))
        ).Message.ShouldBe(expected);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told()
    {
        var target = server.Tcp("trusted").WithDatabase("nowhere");

        foreach (
            var refused in (SuretyException[])
                [
                    Refused(target),
                    await Should.ThrowAsync<SuretyException>(PostgresConnections.OpenAsync(target, "test", default)),
                ]
        )
        {
            refused.Code.ShouldBe(ErrorCode.DatabaseNotFound);
            refused.Hint.ShouldBe(
                $"list the databases with: psql -h 127.0.0.1 -p {server.Port} -U trusted -l postgres"
            );
        }
    }

    [Fact]
    public void A_role_without_an_entry_in_pg_hba_is_turned_away()
    {
        var refused = Refused(server.Tcp("only_plain") with { SslMode = SslMode.Require });

        refused.Code.ShouldBe(ErrorCode.AuthenticationFailed);
        refused.Hint.ShouldBe("the server's pg_hba.conf must allow this role, database, address and encryption");
    }

    [Fact]
    public void Channel_binding_that_is_required_is_not_given_up()
    {
        foreach (var role in (string[])["scram", "clear", "trusted"])
        {
            var target = server.Tcp(role) with { ChannelBinding = ChannelBinding.Require };
            Refused(target).Message.ShouldContain("the server did not bind the authentication to TLS");
        }
    }

    [Fact]
    public void A_method_that_is_not_covered_is_left_to_Npgsql()
    {
        var target = server.Tcp("kerberos");

        Should.Throw<AuthenticationNotCoveredException>(() => Connect(target));
        Should
            .Throw<SuretyException>(() => RowSessions.Open(target, "test", default))
            .Message.ShouldStartWith($"cannot connect to 127.0.0.1:{server.Port}: ");
    }

    [Theory]
    [InlineData(SslMode.VerifyFull, "localhost")]
    [InlineData(SslMode.VerifyCA, "127.0.0.1")]
    public void A_certificate_that_is_right_is_accepted(SslMode mode, string host)
    {
        var target = server.Tcp("scram") with
        {
            Host = host,
            SslMode = mode,
            RootCertificate = server.Certificates.AuthorityFile,
            ChannelBinding = ChannelBinding.Require,
        };

        using var session = Connect(target);

        session.QueryColumn("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").ShouldBe(["t"]);
    }

    [Fact]
    public void A_certificate_for_another_host_is_refused()
    {
        var refused = Refused(
            server.Tcp("scram") with
            {
                SslMode = SslMode.VerifyFull,
                RootCertificate = server.Certificates.AuthorityFile,
            }
        );

        refused.Code.ShouldBe(ErrorCode.ConnectionFailed);
        refused.Message.ShouldBe(
            $"cannot connect to 127.0.0.1:{server.Port}: the server's certificate is not for \"127.0.0.1\"; "
                + "nothing was changed"
        );
    }

    [Theory]
    [InlineData(SslMode.VerifyCA, true)]
    [InlineData(SslMode.VerifyFull, true)]
    [InlineData(SslMode.VerifyFull, false)]
    public void A_certificate_of_an_authority_that_is_not_trusted_is_refused(SslMode mode, bool stranger)
    {
        var refused = Refused(
            server.Tcp("scram") with
            {
                Host = "localhost",
                SslMode = mode,
                RootCertificate = stranger ? server.Certificates.StrangerFile : null,
            }
        );

        refused.Message.ShouldContain("the server's certificate is not trusted");
    }

    [Fact]
    public void A_certificate_file_that_is_missing_is_named()
    {
        var refused = Refused(
            server.Tcp("scram") with
            {
                SslMode = SslMode.VerifyCA,
                RootCertificate = "/nowhere.pem",
            }
        );

        refused.Code.ShouldBe(ErrorCode.InvalidConfiguration);
        refused.Message.ShouldStartWith("cannot use sslrootcert file /nowhere.pem: ");
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told()
    {
        var target = server.Tcp("trusted") with { Port = AuthServer.FreePort() };

        foreach (
            var refused in (SuretyException[])
                [
                    Refused(target),
                    await Should.ThrowAsync<SuretyException>(PostgresConnections.OpenAsync(target, "test", default)),
                ]
        )
        {
            refused.Code.ShouldBe(ErrorCode.ConnectionFailed);
            refused.IsTransient.ShouldBeTrue();
            refused.Message.ShouldBe(
                $"cannot connect to 127.0.0.1:{target.Port}: Connection refused; nothing was changed"
            );
            refused.Hint.ShouldBe("check that the server is running and that host and port are right");
        }
    }

    [Fact]
    public async Task A_host_that_is_unknown_is_told()
    {
        var target = server.Tcp("trusted") with { Host = "no-such-host.invalid" };

        Refused(target).Code.ShouldBe(ErrorCode.ConnectionFailed);
        (
            await Should.ThrowAsync<SuretyException>(PostgresConnections.OpenAsync(target, "test", default))
        ).Code.ShouldBe(ErrorCode.ConnectionFailed);
    }

    [Fact]
    public void A_server_that_never_answers_is_given_up_and_can_be_cancelled()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var target = server.Tcp("trusted") with
        {
            Port = ((IPEndPoint)mute.LocalEndpoint).Port,
            ConnectTimeout = TimeSpan.FromSeconds(1),
        };

        Refused(target)
            .Message.ShouldBe($"cannot connect to 127.0.0.1:{target.Port}: no answer within 1 s; nothing was changed");

        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Should.Throw<OperationCanceledException>(() =>
            BlockingRowSession.Connect(
                target with
                {
                    ConnectTimeout = TimeSpan.FromMinutes(10),
                },
                "test",
                cancellation.Token
            )
        );
    }

    [Fact]
    public void A_host_that_drops_what_it_gets_is_given_up()
    {
        // A full backlog: the kernel drops what asks for more, and connecting itself hangs.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        using var first = new TcpClient();
        first.Connect(IPAddress.Loopback, port);

        var target = server.Tcp("trusted") with { Port = port, ConnectTimeout = TimeSpan.FromSeconds(1) };

        Refused(target)
            .Message.ShouldBe($"cannot connect to 127.0.0.1:{port}: no answer within 1 s; nothing was changed");
    }

    private static SuretyException Refused(ConnectionTarget target) =>
        Should.Throw<SuretyException>(() => Connect(target).Dispose());

    private static BlockingRowSession Connect(ConnectionTarget target) =>
        BlockingRowSession.Connect(target, "test", CancellationToken.None);
}
