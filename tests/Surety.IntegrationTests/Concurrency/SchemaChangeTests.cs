using Npgsql;
using Surety.Core.Postgres;
using Surety.IntegrationTests.Faults;
using Surety.Repository.Errors;
using Surety.Testing;
using Surety.Testing.Storage;

namespace Surety.IntegrationTests.Concurrency;

/// <summary>
/// Another session changes the schema at each moment of a backup. The moments are made from outside: by a lock that the
/// backup has to wait for, or in an access to the repository. It ends with the rows of one instant or with a clear error,
/// never with a gap.
/// </summary>
public sealed class SchemaChangeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    // Stored bytes of a chunk of the large table; everything else is smaller.
    private const int SmallestChunk = 60_000;

    private const string Swap = "ALTER SCHEMA a RENAME TO x; ALTER SCHEMA b RENAME TO a; ALTER SCHEMA x RENAME TO b;";

    // Those first that go the furthest: the short form takes them.
    private static readonly IReadOnlyList<(string Name, string Sql)> Changes =
    [
        ("truncate", "BEGIN; TRUNCATE a.t; DELETE FROM a.control; COMMIT"),
        ("rewrite", $"BEGIN; ALTER TABLE a.t ALTER id TYPE bigint; {ControlledTables.Fill("a", 1)} COMMIT"),
        ("swap schemas", $"BEGIN; {Swap} COMMIT"),
        ("drop", "BEGIN; DROP TABLE a.t; DELETE FROM a.control; COMMIT"),
        (
            "rename and replace",
            "BEGIN; ALTER TABLE a.t RENAME TO old; CREATE TABLE a.t AS SELECT * FROM a.old LIMIT 1000; TRUNCATE a.control; INSERT INTO a.control VALUES (1); COMMIT"
        ),
        ("create", $"BEGIN; {ControlledTables.Create("c", 1)} COMMIT"),
        ("rename schema", "ALTER SCHEMA a RENAME TO renamed"),
        ("drop schema", "DROP SCHEMA a CASCADE"),
        ("vacuum full", "VACUUM FULL a.t"),
        ("drop column", $"BEGIN; ALTER TABLE a.t DROP COLUMN spare; {ControlledTables.Fill("a", 1)} COMMIT"),
        (
            "add column",
            $"BEGIN; ALTER TABLE a.t ADD more float8 DEFAULT random(); {ControlledTables.Fill("a", 1)} COMMIT"
        ),
        ("delete by another", "BEGIN; DELETE FROM a.t; DELETE FROM a.control; COMMIT"),
    ];

    [Fact]
    public Task Between_listing_the_tables_and_locking_them() =>
        EachAsync(
            Changes.Count,
            // LOCK TABLE takes one table after the other, and waits at the first.
            (database, change) => HeldAsync(database, "LOCK TABLE a0.first IN ACCESS EXCLUSIVE MODE", change)
        );

    [Fact]
    public Task Between_locking_the_tables_and_taking_the_snapshot() =>
        EachAsync(
            2,
            // A safe snapshot waits for a serializable transaction that may write.
            (database, change) =>
                HeldAsync(
                    database,
                    "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT count(*) FROM hold.counter; UPDATE hold.counter SET n = n + 1",
                    change
                )
        );

    [Fact]
    public Task Between_the_snapshot_and_the_first_row() =>
        EachAsync(
            3,
            // The state of sequences is read right after the snapshot.
            (database, change) => HeldAsync(database, "DROP SEQUENCE hold.sequence", change)
        );

    [Fact]
    public Task While_rows_are_read() => EachAsync(Changes.Count, WhileReadingAsync);

    [Fact]
    public async Task Schemas_that_are_exchanged_and_exchanged_back_while_rows_are_read_are_noticed()
    {
        var database = await CreateAsync();
        using var folder = await new FaultyFolder().InitAsync();
        var exchanged = 0;
        folder.Watch = call =>
        {
            // At the first chunk of the large table, and again when a.t has been read but not yet its control.
            var reading = IsChunk(call) ? Reading(database) : "";
            if ((exchanged == 0 && reading.Contains("large")) || (exchanged == 1 && reading.Contains("\"a\".\"t\"")))
            {
                exchanged++;
                PostgresFixture.ExecuteAsync(database, $"BEGIN; {Swap} COMMIT").GetAwaiter().GetResult();
            }

            return null;
        };

        var manifest = await folder.BackupAsync(database, jobs: 1);

        exchanged.ShouldBe(2);
        await ControlledTables.ShouldBeOneInstantAsync(folder, manifest, "exchanged twice");
    }

    private async Task EachAsync(int shortForm, Func<ConnectionTarget, string, Task<Result>> make)
    {
        // Side by side: a backup that has to wait for another session mostly waits.
        var cases = FullRun
            .Of(Changes, shortForm)
            .Select(async change =>
            {
                var result = await make(await CreateAsync(), change.Sql);
                using var folder = result.Folder;
                var when = $"{change.Name}: {result.Error?.Message}";
                if (result.Error is { } error)
                {
                    error.Code.ShouldBeOneOf([ErrorCode.SchemaChanging, ErrorCode.LockTimeout], when);
                    (await folder.ListAsync()).ShouldBeEmpty(when);
                    return;
                }

                var manifest = (await folder.ListAsync()).ShouldHaveSingleItem(when);
                await ControlledTables.ShouldBeOneInstantAsync(folder, manifest, when);
                await folder.RestoreAsync("latest", await postgres.NameDatabaseAsync());
            });
        await Task.WhenAll(cases);
    }

    private async Task<ConnectionTarget> CreateAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(
            database,
            $"""
            CREATE SCHEMA a0; CREATE TABLE a0.first (id int);
            {ControlledTables.Create("a", 2)}
            {ControlledTables.Create("b", 3)}
            CREATE SCHEMA hold; CREATE SEQUENCE hold.sequence; CREATE TABLE hold.counter (n int);
            INSERT INTO hold.counter VALUES (0);
            CREATE SCHEMA z; CREATE TABLE z.large (id int, filling text);
            INSERT INTO z.large SELECT i, md5(i::text) || md5((i + 1)::text) FROM generate_series(1, 60000) i;
            """
        );
        return database;
    }

    private sealed record Result(FaultyFolder Folder, SuretyException? Error);

    /// <summary>Holds a backup by a session that it waits for, and changes the schema before letting it go on.</summary>
    private static async Task<Result> HeldAsync(ConnectionTarget database, string hold, string change)
    {
        var folder = await new FaultyFolder().InitAsync();
        await using var holder = await PostgresFixture.OpenAsync(database);
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(hold, holder))
        {
            await command.ExecuteNonQueryAsync();
        }

        var backup = TryAsync(folder, database, jobs: 2);
        await Eventually.Is(() => IsWaitingAsync(database, "surety"));
        var changing = ChangeAsync(database, change);
        await Eventually.Is(async () => changing.IsCompleted || await IsWaitingAsync(database, "changer"));
        await transaction.RollbackAsync();
        var error = await backup;
        await changing;
        return new Result(folder, error);
    }

    /// <summary>Changes the schema while the worker is in the middle of a table and has not begun the others.</summary>
    private static async Task<Result> WhileReadingAsync(ConnectionTarget database, string change)
    {
        var folder = await new FaultyFolder().InitAsync();
        Task? changing = null;
        var schemaRead = false;
        folder.Watch = call =>
        {
            if (!IsChunk(call))
            {
                return null;
            }

            if (new FileInfo(folder.PathOf(call.Name)).Length < SmallestChunk)
            {
                Volatile.Write(ref schemaRead, true);
            }
            else if (changing is null)
            {
                // Once pg_dump has its locks it need not wait behind the change.
                Eventually
                    .Is(async () => Volatile.Read(ref schemaRead) || await HasDumpLockedAsync(database))
                    .GetAwaiter()
                    .GetResult();
                changing = ChangeAsync(database, change);
                Eventually
                    .Is(async () => changing.IsCompleted || await IsWaitingAsync(database, "changer"))
                    .GetAwaiter()
                    .GetResult();
            }

            return null;
        };
        var error = await TryAsync(folder, database, jobs: 1);
        await changing.ShouldNotBeNull("no chunk was written while rows were read");
        return new Result(folder, error);
    }

    private static async Task<SuretyException?> TryAsync(FaultyFolder folder, ConnectionTarget database, int jobs)
    {
        try
        {
            await folder.BackupAsync(database, jobs);
            return null;
        }
        catch (SuretyException e)
        {
            return e;
        }
    }

    private static async Task ChangeAsync(ConnectionTarget database, string sql)
    {
        await using var connection = await PostgresFixture.OpenAsync(database);
        // Statement by statement, since VACUUM is refused in a string of several.
        await using (var name = new NpgsqlCommand("SET application_name = changer", connection))
        {
            await name.ExecuteNonQueryAsync();
        }

        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private static bool IsChunk(StoreCall call) =>
        call is { Verb: "write", Moment: FaultMoment.After } && call.Name.StartsWith("objects/");

    private static string Reading(ConnectionTarget database) =>
        PostgresFixture
            .ScalarAsync<string>(
                database,
                """
                SELECT coalesce(max(query), '') FROM pg_stat_activity
                WHERE application_name = 'surety worker' AND datname = current_database()
                """
            )
            .GetAwaiter()
            .GetResult();

    // The safe snapshot's wait is no lock: wait_event SafeSnapshot, of type IPC.
    private static Task<bool> IsWaitingAsync(ConnectionTarget database, string application) =>
        PostgresFixture.ScalarAsync<bool>(
            database,
            $"""
            SELECT EXISTS (
                SELECT FROM pg_stat_activity
                WHERE application_name = '{application}' AND datname = current_database()
                  AND (wait_event_type = 'Lock' OR wait_event = 'SafeSnapshot'))
            """
        );

    private static Task<bool> HasDumpLockedAsync(ConnectionTarget database) =>
        PostgresFixture.ScalarAsync<bool>(
            database,
            """
            SELECT EXISTS (
                SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                WHERE a.application_name = 'pg_dump' AND l.relation = 'a.t'::regclass AND l.granted)
            """
        );
}
