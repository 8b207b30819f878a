using Surety.Core.Compare;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.IntegrationTests.Restore;

public sealed class TableRestoreTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Schema = """
        CREATE TABLE customers (id int PRIMARY KEY, name text);
        INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 100) n;
        CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the trigger fired'; END $$;
        CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            number serial UNIQUE,
            customer int NOT NULL REFERENCES customers DEFERRABLE,
            amount numeric NOT NULL DEFAULT 1 CHECK (amount > 0),
            twice numeric GENERATED ALWAYS AS (amount * 2) STORED
        );
        INSERT INTO orders (customer, amount) SELECT 1 + n % 100, n FROM generate_series(1, 500) n;
        CREATE INDEX orders_by_customer ON orders (customer);
        CREATE TABLE lines (id int PRIMARY KEY, of bigint REFERENCES orders ON DELETE CASCADE);
        INSERT INTO lines SELECT n, n FROM generate_series(1, 200) n;
        CREATE TRIGGER never BEFORE INSERT OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION forbid();
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON orders USING (customer = 1);
        COMMENT ON TABLE orders IS 'What was ordered';
        COMMENT ON COLUMN orders.amount IS 'In euros';
        GRANT SELECT ON orders TO pg_monitor;
        CREATE TABLE visits (path text);
        INSERT INTO visits SELECT '/' || n % 3 FROM generate_series(1, 90) n;
        CREATE TABLE "Mixed ""Case" (id int);
        INSERT INTO "Mixed ""Case" VALUES (7);
        CREATE TABLE parent (id int);
        CREATE TABLE child (extra text) INHERITS (parent);
        INSERT INTO parent VALUES (1);
        INSERT INTO child VALUES (2, 'two');
        """;

    [Fact]
    public async Task A_dropped_table_comes_back_with_all_that_is_its_own()
    {
        using var backup = await BackupAsync();
        await ExecuteAsync(backup, "DROP TABLE lines, orders");

        var report = await backup.RestoreAsync("orders", "lines");

        report.Tables.Select(t => t.Outcome).ShouldBe(["created", "created"]);
        var found = await backup.ValidateAsync();
        found.Schema.Differences.ShouldBeEmpty();
        found.Rows.Sequences.ShouldAllBe(s => s.Status == ComparisonStatus.Exact);
        found.Exact.ShouldBeTrue();
        // And they work: the identity goes on, the key holds, the trigger fires.
        (await PostgresFixture.ScalarAsync<long>(backup.Database, "SELECT nextval('orders_id_seq')")).ShouldBe(501);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => ExecuteAsync(backup, "DELETE FROM orders"));
    }

    [Fact]
    public async Task Beside_an_existing_table_the_rows_of_the_backup_are_put_into_a_new_one()
    {
        using var backup = await BackupAsync();
        await ExecuteAsync(backup, "DELETE FROM visits; DELETE FROM child");

        var report = await backup.RestoreAsync("visits", "\"Mixed \"\"Case\"", "child");

        report.Tables.Select(t => t.Outcome).ShouldBe(["beside", "beside", "beside"]);
        var suffix = backup.Manifest.Id.ToString().ToLowerInvariant().Replace('-', '_');
        report.Tables[0].RestoredAs.ShouldBe($"public.visits_{suffix}");
        (await CountAsync(backup, $"visits_{suffix}")).ShouldBe(90);
        (await CountAsync(backup, $"\"Mixed \"\"Case_{suffix}\"")).ShouldBe(1);
        (await CountAsync(backup, $"child_{suffix}")).ShouldBe(1);
        (await CountAsync(backup, "visits")).ShouldBe(0);
        // Not a second child: its rows must not appear in the parent.
        (await CountAsync(backup, "parent")).ShouldBe(1);
    }

    [Fact]
    public async Task A_name_of_full_length_leaves_room_for_the_backups_id()
    {
        var name = new string('é', 31);
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, $"CREATE TABLE {name} AS SELECT 1 AS id");
        using var backup = await RestoredFrom.BackupOfAsync(database);

        var report = await backup.RestoreAsync(name);

        (await CountAsync(backup, report.Tables[0].RestoredAs)).ShouldBe(1);
    }

    [Fact]
    public async Task Restoring_beside_twice_is_refused()
    {
        using var backup = await BackupAsync();
        await backup.RestoreAsync("visits");

        var problem = await Should.ThrowAsync<SuretyException>(() => backup.RestoreAsync("customers", "visits"));

        problem.Code.ShouldBe(ErrorCode.TargetExists);
        problem.Message.ShouldEndWith("exists already; nothing was changed");
        (
            await PostgresFixture.ScalarAsync<long>(
                backup.Database,
                "SELECT count(*) FROM pg_class WHERE relname LIKE 'customers_2%'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task In_place_a_table_gets_exactly_the_rows_of_the_backup_and_no_trigger_fires()
    {
        using var backup = await BackupAsync();
        await ExecuteAsync(
            backup,
            """
            ALTER TABLE orders DISABLE TRIGGER never;
            UPDATE orders SET amount = amount + 1 WHERE id % 2 = 0;
            DELETE FROM orders WHERE id > 300;
            INSERT INTO orders (customer) SELECT 1 FROM generate_series(1, 10);
            ALTER TABLE orders ENABLE TRIGGER never;
            DELETE FROM visits WHERE path = '/1';
            INSERT INTO visits SELECT '/2' FROM generate_series(1, 5)
            """
        );

        var report = await backup.ReplaceAsync("orders", "visits");

        report
            .Tables.Select(t => (t.Outcome, t.RowsBefore, t.Rows))
            .ShouldBe([("replaced", 310, 500), ("replaced", 65, 90)]);
        (await backup.ValidateAsync()).Exact.ShouldBeTrue();
    }

    [Fact]
    public async Task Tables_that_refer_to_each_other_are_replaced_together()
    {
        using var backup = await BackupAsync();
        await ExecuteAsync(backup, "TRUNCATE customers CASCADE");

        await backup.ReplaceAsync("lines", "orders", "customers");

        (await backup.ValidateAsync()).Exact.ShouldBeTrue();
    }

    [Fact]
    public async Task Rows_that_would_refer_to_nothing_are_refused_and_nothing_is_changed()
    {
        using var backup = await BackupAsync();
        await ExecuteAsync(backup, "TRUNCATE customers CASCADE");

        var problem = await Should.ThrowAsync<SuretyException>(() => backup.ReplaceAsync("orders"));

        problem.Code.ShouldBe(ErrorCode.ConfirmationNeeded);
        problem.Message.ShouldBe(
            "rows would refer to rows that do not exist, by foreign key orders_customer_fkey on public.orders; nothing was changed"
        );
        (await CountAsync(backup, "orders")).ShouldBe(0);
    }

    [Fact]
    public async Task A_foreign_key_of_a_partition_is_proven_by_that_of_its_parent()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(
            database,
            """
            CREATE TABLE kinds (id int PRIMARY KEY); INSERT INTO kinds VALUES (1), (2);
            CREATE TABLE events (id int, kind int REFERENCES kinds) PARTITION BY RANGE (id);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
            INSERT INTO events VALUES (1, 1), (2, 2)
            """
        );
        using var backup = await RestoredFrom.BackupOfAsync(database);
        await ExecuteAsync(backup, "DELETE FROM events; DELETE FROM kinds WHERE id = 2");

        var problem = await Should.ThrowAsync<SuretyException>(() => backup.ReplaceAsync("events_1"));
        await backup.ReplaceAsync("events_1", "kinds");

        problem.Message.ShouldContain("foreign key events_kind_fkey on public.events;");
        (await backup.ValidateAsync()).Exact.ShouldBeTrue();
    }

    [Fact]
    public async Task A_trigger_that_always_fires_is_refused()
    {
        using var backup = await BackupAsync();
        await ExecuteAsync(backup, "ALTER TABLE orders ENABLE ALWAYS TRIGGER never");

        var problem = await Should.ThrowAsync<SuretyException>(() => backup.ReplaceAsync("orders"));

        problem.Code.ShouldBe(ErrorCode.ConfirmationNeeded);
        problem.Message.ShouldBe(
            "trigger never on public.orders would run while rows are replaced; nothing was changed"
        );
    }

    [Fact]
    public async Task A_failure_in_the_middle_leaves_the_database_as_it_was()
    {
        using var backup = await BackupAsync();
        await ExecuteAsync(backup, "DELETE FROM visits; SELECT setval('orders_number_seq', 9000)");
        await ExecuteAsync(backup, "ALTER TABLE lines RENAME COLUMN of TO other");

        var problem = await Should.ThrowAsync<SuretyException>(() => backup.ReplaceAsync("visits", "orders", "lines"));

        problem.Code.ShouldBe(ErrorCode.QueryFailed);
        problem.Message.ShouldEndWith("; nothing was changed");
        (await CountAsync(backup, "visits")).ShouldBe(0);
        (await CountAsync(backup, "lines")).ShouldBe(200);
        (await PostgresFixture.ScalarAsync<long>(backup.Database, "SELECT last_value FROM orders_number_seq")).ShouldBe(
            9000
        );
    }

    [Fact]
    public async Task An_owner_who_is_no_superuser_replaces_rows_without_firing_triggers()
    {
        using var backup = await BackupAsync();
        var owner = $"owner_{backup.Database.Database}";
        await ExecuteAsync(
            backup,
            $"""
            CREATE ROLE {owner} LOGIN;
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO visits VALUES ('/trigger'); RETURN NULL; END $$;
            CREATE TRIGGER note AFTER INSERT OR DELETE ON parent FOR EACH ROW EXECUTE FUNCTION note();
            ALTER TABLE parent OWNER TO {owner}; ALTER TABLE customers OWNER TO {owner};
            ALTER TABLE orders OWNER TO {owner};
            DELETE FROM ONLY parent
            """
        );
        var before = await CountAsync(backup, "visits");

        var report = await backup.TablesAsync(backup.Database with { User = owner }, replace: true, "parent");
        var refused = await Should.ThrowAsync<SuretyException>(() =>
            backup.TablesAsync(backup.Database with { User = owner }, replace: true, "orders")
        );

        report.Tables[0].Rows.ShouldBe(1);
        (await CountAsync(backup, "visits")).ShouldBe(before);
        refused.Message.ShouldBe(
            "foreign key lines_of_fkey on public.lines would change rows of tables that are not restored; nothing was changed"
        );
        (await CountAsync(backup, "lines")).ShouldBe(200);
        await ExecuteAsync(backup, "DELETE FROM ONLY parent");
        (await CountAsync(backup, "visits")).ShouldBe(before + 1);
        await ExecuteAsync(backup, $"REASSIGN OWNED BY {owner} TO postgres; DROP ROLE {owner}");
    }

    [Fact]
    public async Task A_table_that_the_backup_lacks_is_named_with_those_like_it()
    {
        using var backup = await BackupAsync();

        var problem = await Should.ThrowAsync<SuretyException>(() => backup.RestoreAsync("order"));

        problem.Code.ShouldBe(ErrorCode.TableNotInBackup);
        problem.Message.ShouldBe("the backup has no table order; nothing was changed");
        problem.Hint.ShouldBe("it has public.orders");
    }

    private async Task<RestoredFrom> BackupAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        // Rows first: the trigger refuses every one.
        await PostgresFixture.ExecuteAsync(database, Schema);
        return await RestoredFrom.BackupOfAsync(database);
    }

    private static Task ExecuteAsync(RestoredFrom backup, string sql) =>
        PostgresFixture.ExecuteAsync(backup.Database, sql);

    private static Task<long> CountAsync(RestoredFrom backup, string table) =>
        PostgresFixture.ScalarAsync<long>(backup.Database, $"SELECT count(*) FROM {table}");
}
