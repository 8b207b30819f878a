using Npgsql;
using Surety.Core.Capture;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Progress;
using Surety.Core.Scan;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>What other sessions do while rows are read: DESIGN section 4, the facts marked (seen).</summary>
public sealed class ConcurrencyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task A_TRUNCATE_between_listing_and_snapshot_never_makes_a_full_table_read_as_empty()
    {
        var source = await SourceAsync("CREATE TABLE t AS SELECT n AS id FROM generate_series(1, 1000) n");
        await using var other = await PostgresFixture.OpenAsync(source);
        await RunAsync(other, "BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
        using var backups = new BackupFolder();

        var backup = backups.BackupAsync(source);
        await UntilWaitingAsync(source, "LOCK TABLE");
        await RunAsync(other, "TRUNCATE t; INSERT INTO t SELECT generate_series(1, 7); COMMIT");

        (await backup).Figures.Rows.ShouldBe(7);
    }

    [Fact]
    public async Task A_table_that_appears_or_goes_while_locks_are_awaited_is_noticed()
    {
        var source = await SourceAsync("CREATE TABLE t AS SELECT 1 AS id; CREATE TABLE gone AS SELECT 1 AS id");
        await using var other = await PostgresFixture.OpenAsync(source);
        await RunAsync(other, "BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE; DROP TABLE gone");
        using var backups = new BackupFolder();

        var backup = backups.BackupAsync(source);
        await UntilWaitingAsync(source, "LOCK TABLE");
        await RunAsync(other, "CREATE TABLE new AS SELECT 1 AS id; COMMIT");

        var contents = await backups.ContentsAsync(await backup);
        contents.Tables.Select(t => t.Name).ShouldBe(["new", "t"]);
    }

    [Fact]
    public async Task A_worker_never_queues_behind_a_session_that_waits_for_our_own_lock()
    {
        var source = await SourceAsync(
            """
            CREATE TABLE "Äwaited" (id int PRIMARY KEY, v text);
            INSERT INTO "Äwaited" SELECT n, 'v' || n FROM generate_series(1, 1000) n;
            CREATE TABLE free AS SELECT 1 AS id;
            """
        );
        await using var snapshot = await LockedSnapshot.TakeAsync(source, new(), new OperationProgress(), Never);
        await using var other = await PostgresFixture.OpenAsync(source);
        var change = RunAsync(other, "ALTER TABLE \"Äwaited\" ADD COLUMN late int");
        await UntilWaitingAsync(source, "ALTER TABLE");

        var scanned = await ScanAsync(snapshot);

        scanned.Select(t => (t.Table.Name.Name, t.Receipt.Rows)).ShouldBe([("free", 1), ("Äwaited", 1000)]);
        change.IsCompleted.ShouldBeFalse("our lock is held until the snapshot ends");
        await snapshot.DisposeAsync();
        await change;
    }

    [Fact]
    public async Task A_lock_that_is_not_to_be_had_is_an_error_that_names_who_holds_it()
    {
        var source = await SourceAsync("CREATE TABLE t (id int)");
        await using var other = await PostgresFixture.OpenAsync(source);
        await RunAsync(other, "BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
        using var backups = new BackupFolder();
        var patience = new SnapshotOptions { LockTimeout = TimeSpan.FromSeconds(3) };

        var failure = await Should.ThrowAsync<SuretyException>(() =>
            backups.BackupAsync(source, o => o with { Snapshot = patience })
        );

        failure.Code.ShouldBe(ErrorCode.LockTimeout);
        failure.IsTransient.ShouldBeTrue();
        failure.Message.ShouldContain($"could not be locked within 3 s (in the way: pid {other.ProcessID} (");
        failure.Message.ShouldEndWith("; nothing was read");
    }

    [Fact]
    public async Task A_serializable_writer_makes_the_snapshot_repeatable_read_and_the_manifest_says_so()
    {
        var source = await SourceAsync("CREATE TABLE t AS SELECT 1 AS id");
        await using var other = await PostgresFixture.OpenAsync(source);
        await RunAsync(other, "BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO t VALUES (2)");
        using var backups = new BackupFolder();
        var patience = new SnapshotOptions { SafeSnapshotTimeout = TimeSpan.FromMilliseconds(300) };

        var manifest = await backups.BackupAsync(source, o => o with { Snapshot = patience });

        manifest.Source.Isolation.ShouldBe("repeatable read");
        manifest.Figures.Rows.ShouldBe(1);
    }

    [Fact]
    public async Task A_schema_renamed_in_the_middle_is_an_error_and_never_another_tables_rows()
    {
        var source = await SourceAsync("CREATE SCHEMA s; CREATE TABLE s.t AS SELECT 1 AS id");
        await using var snapshot = await LockedSnapshot.TakeAsync(source, new(), new OperationProgress(), Never);
        await PostgresFixture.ExecuteAsync(
            source,
            "ALTER SCHEMA s RENAME TO before; CREATE SCHEMA s; CREATE TABLE s.t AS SELECT n AS id FROM generate_series(1, 9) n"
        );

        var failure = await Should.ThrowAsync<SuretyException>(() => snapshot.EnsureNamesUnchangedAsync(Never));

        failure.Code.ShouldBe(ErrorCode.SchemaChanging);
        failure.IsTransient.ShouldBeTrue();
        failure.Message.ShouldBe(
            "renamed or changed while the rows were being read: s.t, schema \"s\"; the rows read are not used"
        );
    }

    [Fact]
    public async Task Writers_at_work_leave_every_backup_consistent_across_tables()
    {
        const int amount = 3000;
        const string sums = "SELECT (SELECT sum(v) FROM a) + (SELECT sum(v) FROM b) + (SELECT sum(v) FROM c)";
        var source = await SourceAsync(
            """
            CREATE TABLE a AS SELECT n AS id, 10 AS v FROM generate_series(1, 100) n;
            CREATE TABLE b AS SELECT * FROM a;
            CREATE TABLE c AS SELECT * FROM a;
            """
        );
        using var backups = new BackupFolder();
        using var enough = new CancellationTokenSource();
        var writing = Enumerable
            .Range(0, 2)
            .Select(seed => Task.Run(() => MoveAsync(source, seed, enough.Token)))
            .ToList();
        await Eventually.Is(async () =>
            await PostgresFixture.ScalarAsync<bool>(source, "SELECT EXISTS (SELECT FROM a WHERE v <> 10)")
        );

        var manifests = new[] { await backups.BackupAsync(source), await backups.BackupAsync(source) };
        await enough.CancelAsync();
        await Task.WhenAll(writing);

        var receipts = new HashSet<string>();
        foreach (var manifest in manifests)
        {
            var target = await postgres.NameDatabaseAsync();
            await backups.RestoreAsync(manifest, target);
            (await PostgresFixture.ScalarAsync<long>(target, sums)).ShouldBe(amount);
            receipts.Add(string.Join(' ', (await backups.ContentsAsync(manifest)).Tables.Select(t => t.Receipt)));
        }

        receipts.Count.ShouldBe(2, "the writers wrote between the two backups");
    }

    private static async Task MoveAsync(ConnectionTarget source, int seed, CancellationToken cancellationToken)
    {
        string[] tables = ["a", "b", "c"];
        var random = new Random(seed);
        await using var connection = await PostgresFixture.OpenAsync(source);
        while (!cancellationToken.IsCancellationRequested)
        {
            var (from, to, id) = (random.Next(3), random.Next(3), random.Next(1, 101));
            // The lower table first: two writers never wait for each other.
            var moves = new[] { (Table: from, By: -1), (Table: to, By: 1) }.OrderBy(m => m.Table);
            await RunAsync(
                connection,
                $"BEGIN; {string.Join(' ', moves.Select(m => $"UPDATE {tables[m.Table]} SET v = v + {m.By} WHERE id = {id};"))} COMMIT"
            );
        }
    }

    private static async Task<IReadOnlyList<ScannedTable<DigestOnly>>> ScanAsync(LockedSnapshot snapshot)
    {
        var inventory = await SnapshotInventory.ReadAsync(snapshot, new SnapshotOptions().Schemas, Never);
        var scan = new ParallelScan<DigestOnly>(
            snapshot,
            snapshot.Server.Encoding,
            2,
            new OperationProgress(),
            _ => new DigestOnly()
        );
        return await scan.RunAsync(inventory.ScanTables, Never);
    }

    private static Task UntilWaitingAsync(ConnectionTarget database, string statement) =>
        Eventually.Is(() =>
            PostgresFixture.ScalarAsync<bool>(
                database,
                $"""
                SELECT EXISTS (
                    SELECT FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%{statement}%'
                )
                """
            )
        );

    private async Task<ConnectionTarget> SourceAsync(string sql)
    {
        var source = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(source, sql);
        return source;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
