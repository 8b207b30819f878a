using Surety.Core.Postgres;
using Surety.Core.Postgres.Wire;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.IntegrationTests.Wire;

[Collection(nameof(AuthServer))]
public sealed class SessionFailureTests(AuthServer server)
{
    private const string Endless = "SELECT i, repeat('x', 100) FROM (SELECT generate_series(1, 1000000000) AS i) s";

    public static TheoryData<string, RowFormat> SessionsAndFormats => CopyOutTests.SessionsAndFormats;

    [Theory]
    [MemberData(nameof(SessionsAndFormats))]
    public void Cancelling_amid_a_copy_leaves_no_query_at_the_server(string kind, RowFormat format)
    {
        using var cancellation = new CancellationTokenSource();
        using (var session = Open(kind, "cancelled"))
        using (
            var reader = session.CopyOut($"COPY ({Endless}) TO STDOUT (FORMAT {format})", format, cancellation.Token)
        )
        {
            reader.TryRead(out _).ShouldBeTrue();
            cancellation.Cancel();
            Should.Throw<OperationCanceledException>(() => ReadToEnd(reader));
        }
        server.WaitUntil("NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'cancelled')");
    }

    [Theory]
    [InlineData("blocking", false)]
    [InlineData("blocking", true)]
    [InlineData("npgsql", false)]
    public void A_query_that_sends_nothing_is_cancelled_too(string kind, bool encrypted)
    {
        using var cancellation = new CancellationTokenSource();
        var name = $"waiting {kind} {encrypted}";
        var target = encrypted ? server.Tcp("trusted") with { SslMode = Npgsql.SslMode.Require } : server.Socket;
        using (var session = Open(kind, name, target))
        {
            var reading = Task.Factory.StartNew(
                () =>
                {
                    using var reader = session.CopyOut(
                        "COPY (SELECT pg_sleep(600)) TO STDOUT",
                        RowFormat.Text,
                        cancellation.Token
                    );
                    return reader.TryRead(out _);
                },
                TaskCreationOptions.LongRunning
            );
            server.WaitUntil(
                $"EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{name}' AND wait_event = 'PgSleep')"
            );
            cancellation.Cancel();
            Should.Throw<OperationCanceledException>(() => reading.GetAwaiter().GetResult());
        }
        server.WaitUntil($"NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{name}')");
    }

    [Fact]
    public void The_token_of_the_session_cancels_plain_statements()
    {
        using var cancellation = new CancellationTokenSource();
        using var session = BlockingRowSession.Connect(server.Socket, "sleeping", cancellation.Token);
        var sleeping = Task.Factory.StartNew(
            () => session.Execute("SELECT pg_sleep(600)"),
            TaskCreationOptions.LongRunning
        );
        server.WaitUntil(
            "EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'sleeping' AND wait_event = 'PgSleep')"
        );

        cancellation.Cancel();

        Should.Throw<OperationCanceledException>(() => sleeping.GetAwaiter().GetResult());
        server.WaitUntil("NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'sleeping')");
    }

    [Theory]
    [MemberData(nameof(SessionsAndFormats))]
    public void A_backend_that_is_terminated_amid_a_copy_is_never_taken_for_the_end(string kind, RowFormat format)
    {
        using var session = Open(kind, "terminated");
        using var reader = session.CopyOut($"COPY ({Endless}) TO STDOUT (FORMAT {format})", format, default);
        reader.TryRead(out _).ShouldBeTrue();

        server.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'terminated'");

        var lost = Should.Throw<SuretyException>(() => ReadToEnd(reader));
        lost.Code.ShouldBe(ErrorCode.ConnectionLost);
        lost.IsTransient.ShouldBeTrue();
    }

    [Fact]
    public void A_backend_that_is_terminated_while_it_waits_says_why()
    {
        using var session = BlockingRowSession.Connect(server.Socket, "ended", default);
        var sleeping = Task.Factory.StartNew(
            () => session.Execute("SELECT pg_sleep(600)"),
            TaskCreationOptions.LongRunning
        );
        server.WaitUntil(
            "EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'ended' AND wait_event = 'PgSleep')"
        );

        server.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ended'");

        var lost = Should.Throw<SuretyException>(() => sleeping.GetAwaiter().GetResult());
        lost.Code.ShouldBe(ErrorCode.ConnectionLost);
        lost.Message.ShouldBe(
            "the server ended the session: terminating connection due to administrator command (SQLSTATE 57P01)"
        );
        CodeOf(() => session.Execute("SELECT 1")).ShouldBe(ErrorCode.ConnectionLost);
    }

    [Theory]
    [MemberData(nameof(SessionsAndFormats))]
    public void An_error_amid_a_copy_is_thrown_and_the_session_goes_on(string kind, RowFormat format)
    {
        using var session = Open(kind, "failing");
        var sql = $"COPY (SELECT 1 / (500000 - i) FROM generate_series(1, 1000000) i) TO STDOUT (FORMAT {format})";
        using (var reader = session.CopyOut(sql, format, default))
        {
            var refused = Should.Throw<SuretyException>(() => ReadToEnd(reader));
            refused.Code.ShouldBe(ErrorCode.QueryFailed);
            refused.Message.ShouldBe("the server refused the statement: division by zero (SQLSTATE 22012)");
            ServerErrors.SqlStateOf(refused).ShouldBe("22012");
        }
        session.QueryColumn("SELECT 1").ShouldBe(["1"]);
    }

    [Theory]
    [MemberData(nameof(SessionsAndFormats))]
    public void A_copy_that_is_abandoned_leaves_the_session_usable(string kind, RowFormat format)
    {
        using var session = Open(kind, "abandoning");
        for (var i = 0; i < 3; i++)
        {
            using (var reader = session.CopyOut($"COPY ({Endless}) TO STDOUT (FORMAT {format})", format, default))
            {
                reader.TryRead(out _).ShouldBeTrue();
            }

            session.QueryColumn("SELECT 1 UNION ALL SELECT NULL").ShouldBe(["1", null]);
        }
    }

    [Theory]
    [InlineData("blocking")]
    [InlineData("npgsql")]
    public void Refusals_have_the_code_of_their_sqlstate(string kind)
    {
        server.Execute("DROP TABLE IF EXISTS locked; CREATE TABLE locked (a int)");
        using var blocker = server.Open();
        using var transaction = blocker.BeginTransaction();
        using (var command = new Npgsql.NpgsqlCommand("LOCK locked", blocker, transaction))
        {
            command.ExecuteNonQuery();
        }

        using var session = Open(kind, "refused");
        session.Execute("SET lock_timeout = 1; CREATE TEMP TABLE t (a int)");

        CodeOf(() => session.QueryColumn("SELECT * FROM locked")).ShouldBe(ErrorCode.LockTimeout);
        CodeOf(() => session.QueryColumn("SELECT nowhere")).ShouldBe(ErrorCode.QueryFailed);
        CodeOf(() => session.CopyOut("COPY nowhere TO STDOUT", RowFormat.Text, default))
            .ShouldBe(ErrorCode.QueryFailed);
        session.Execute("SET ROLE scram");
        CodeOf(() => session.QueryColumn("SELECT rolpassword FROM pg_authid")).ShouldBe(ErrorCode.PrivilegeMissing);
        session.Execute("RESET ROLE");
        session.QueryColumn("SELECT count(*) FROM t").ShouldBe(["0"]);
    }

    [Fact]
    public void Notices_and_changed_parameters_may_come_at_any_time()
    {
        server.Execute(
            """
            CREATE OR REPLACE FUNCTION noisy(i int) RETURNS int LANGUAGE plpgsql AS $$
            BEGIN
                RAISE NOTICE 'row %', i;
                PERFORM set_config('application_name', 'noisy ' || i, false);
                RETURN i;
            END $$
            """
        );
        using var session = BlockingRowSession.Connect(server.Socket, "noisy", default);
        using var reader = session.CopyOut(
            "COPY (SELECT noisy(i) FROM generate_series(1, 5000) i) TO STDOUT (FORMAT binary)",
            RowFormat.Binary,
            default
        );

        ReadToEnd(reader).ShouldBe(5000);
    }

    private static ErrorCode CodeOf(Action action) => Should.Throw<SuretyException>(action).Code;

    private IRowSession Open(string kind, string name, ConnectionTarget? target = null) =>
        kind == "blocking"
            ? BlockingRowSession.Connect(target ?? server.Socket, name, default)
            : new NpgsqlRowSession(
                PostgresConnections.Open(target ?? server.Socket, name, default),
                ownsConnection: true
            );

    private static int ReadToEnd(IRowReader reader)
    {
        var rows = 0;
        while (reader.TryRead(out _))
        {
            rows++;
        }

        return rows;
    }
}
