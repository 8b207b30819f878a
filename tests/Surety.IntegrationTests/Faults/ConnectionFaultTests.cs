using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Testing;
using Surety.Testing.Storage;

namespace Surety.IntegrationTests.Faults;

/// <summary>The server, or a session on it, goes away in the middle of a COPY.</summary>
public sealed class ConnectionFaultTests(PrivateServer server) : IClassFixture<PrivateServer>
{
    private const string Rows = """
        CREATE TABLE large (id int PRIMARY KEY, filling text);
        INSERT INTO large SELECT i, md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text)
        FROM generate_series(1, 60000) i;
        """;

    // Stored bytes of a chunk of the table; everything else is smaller.
    private const int SmallestChunk = 60_000;

    private const string Copying =
        "application_name = 'surety worker' AND state = 'active' AND query LIKE 'COPY%large%'";

    [Theory]
    [InlineData("application_name = 'surety worker'")]
    [InlineData("application_name = 'surety' AND state = 'idle in transaction'")]
    public async Task A_backup_whose_session_is_ended_says_so_and_leaves_nothing_half(string victim)
    {
        var database = await server.CreateAsync(Rows);
        using var folder = await new FaultyFolder().InitAsync();
        AtTheFirstChunk(folder, database, () => End(database, victim));

        var error = await Should.ThrowAsync<SuretyException>(() => folder.BackupAsync(database, jobs: 1));

        error.Code.ShouldBe(ErrorCode.ConnectionLost);
        // The server's last word is lost where the socket breaks first.
        error.Message.ShouldMatch("^(the server ended the session|the connection to the server was lost): ");
        await ShouldGoOnAsync(folder, database);
    }

    [Fact]
    public async Task A_backup_goes_on_without_the_session_that_only_listed_the_tables()
    {
        var database = await server.CreateAsync(Rows);
        using var folder = await new FaultyFolder().InitAsync();
        AtTheFirstChunk(folder, database, () => End(database, "application_name = 'surety' AND state = 'idle'"));

        await folder.BackupAsync(database, jobs: 1);

        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_stopped_hard_and_started_again_costs_one_backup()
    {
        var database = await server.CreateAsync(Rows);
        using var folder = await new FaultyFolder().InitAsync();
        AtTheFirstChunk(folder, database, () => server.StopHardAsync().GetAwaiter().GetResult());

        var error = await Should.ThrowAsync<SuretyException>(() => folder.BackupAsync(database, jobs: 1));

        // The other tests of this class use the server too.
        await server.StartAsync();
        error.Code.ShouldBe(ErrorCode.ConnectionLost);
        await ShouldGoOnAsync(folder, database);
    }

    [Fact]
    public async Task A_restore_whose_session_is_ended_leaves_no_database()
    {
        var database = await server.CreateAsync(Rows);
        using var folder = await new FaultyFolder().InitAsync();
        var manifest = await folder.BackupAsync(database);
        var chunk = (await folder.ContentsAsync(manifest)).Tables[0].Chunks[^1].Object.ToString();
        var reads = 0;
        // First the check of the whole backup reads it, then the load.
        folder.Watch = call =>
        {
            if (call is { Verb: "read", Moment: FaultMoment.Before } && call.Name.EndsWith(chunk) && ++reads == 2)
            {
                End(database, "datname LIKE 'surety_restore_%' AND query LIKE 'COPY%'");
            }

            return null;
        };
        var before = await server.DatabasesAsync();
        var wanted = server.Target.WithDatabase("wanted");

        var error = await Should.ThrowAsync<SuretyException>(() => folder.RestoreAsync("latest", wanted));

        error.Code.ShouldBe(ErrorCode.ConnectionLost);
        error.Message.ShouldEndWith("database \"wanted\" was not created");
        (await server.DatabasesAsync()).ShouldBe(before);
        folder.Watch = null;
        (await folder.RestoreAsync("latest", wanted)).Rows.ShouldBe(60_000);
        await PostgresFixture.ExecuteAsync(server.Target, "DROP DATABASE wanted");
    }

    private static async Task ShouldGoOnAsync(FaultyFolder folder, ConnectionTarget database)
    {
        folder.Watch = null;
        (await folder.ListAsync()).ShouldBeEmpty();
        var next = await folder.BackupAsync(database);
        next.Figures.NewObjects.ShouldBeLessThan(next.Figures.Objects, "the first chunk was kept");
        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty();
    }

    /// <summary>Strikes once, while the worker has begun to read the table and has not come to its end.</summary>
    private static void AtTheFirstChunk(FaultyFolder folder, ConnectionTarget database, Action strike)
    {
        var struck = 0;
        folder.Watch = call =>
        {
            if (
                call is { Verb: "write", Moment: FaultMoment.After }
                && call.Name.StartsWith("objects/")
                && new FileInfo(folder.PathOf(call.Name)).Length > SmallestChunk
                && Volatile.Read(ref struck) == 0
                && Ask<bool>(database, $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {Copying})")
                && Interlocked.Exchange(ref struck, 1) == 0
            )
            {
                strike();
            }

            return null;
        };
    }

    private static void End(ConnectionTarget database, string which) =>
        Ask<bool>(
                database,
                $"""
                SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 10000)) > 0 FROM pg_stat_activity
                WHERE {which} AND pid <> pg_backend_pid()
                """
            )
            .ShouldBeTrue();

    private static T Ask<T>(ConnectionTarget database, string sql) =>
        PostgresFixture.ScalarAsync<T>(database, sql).GetAwaiter().GetResult();
}
