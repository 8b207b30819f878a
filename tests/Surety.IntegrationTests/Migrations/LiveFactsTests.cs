using System.Text.Json;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Live;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations;

/// <summary>What <c>check --db</c> tells of what scripts meet in a database, and of the way back.</summary>
public sealed class LiveFactsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Shop = """
        CREATE SCHEMA old;
        CREATE TABLE old.drafts (id int);
        CREATE TYPE state AS ENUM ('new', 'paid');
        CREATE TABLE customers (id serial PRIMARY KEY, name text CHECK (name <> ''), state state, seen state[]);
        CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers) PARTITION BY RANGE (id);
        CREATE TABLE orders_a PARTITION OF orders FOR VALUES FROM (0) TO (1000);
        CREATE TABLE orders_b PARTITION OF orders FOR VALUES FROM (1000) TO (2000);
        CREATE VIEW names AS SELECT name FROM customers;
        CREATE VIEW "Upper Names" AS SELECT upper(name) FROM names;
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER touched BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE FUNCTION first(customers) RETURNS text LANGUAGE sql AS 'SELECT $1.name';
        INSERT INTO customers (name) SELECT i::text FROM generate_series(1, 1200) i;
        INSERT INTO orders SELECT i, i % 1200 + 1 FROM generate_series(0, 1499) i;
        ANALYZE;
        """;

    [Fact]
    public async Task Objects_are_told_with_their_size_rows_and_everybody_who_depends_on_them()
    {
        var database = await NewShopAsync();

        var customers = await OnlyAsync(database, "DROP TABLE customers CASCADE");
        customers.Kind.ShouldBe("table");
        customers.Name.ShouldBe("public.customers");
        customers.Rows.ShouldBe(1200);
        customers.SizeBytes.ShouldBe(
            await PostgresFixture.ScalarAsync<long>(database, "SELECT pg_total_relation_size('customers')")
        );
        customers.DependentNames.ShouldBe([
            "foreign key orders_customer_fkey on public.orders",
            "function public.first(public.customers)",
            "sequence public.customers_id_seq",
            "trigger touched on public.customers",
            "view public.names",
        ]);
        customers.Dependents.ShouldBe(5);

        var orders = await OnlyAsync(database, "TRUNCATE TABLE ONLY public.orders");
        orders.Rows.ShouldBe(1500);
        orders.DependentNames.ShouldBe(["table public.orders_a", "table public.orders_b"]);
        (await OnlyAsync(database, "DROP VIEW names")).DependentNames.ShouldBe(["view public.\"Upper Names\""]);
        (await OnlyAsync(database, "ALTER TYPE state ADD VALUE 'gone'")).DependentNames.ShouldBe([
            "table column public.customers.seen",
            "table column public.customers.state",
        ]);
        (await OnlyAsync(database, "DROP FUNCTION touch()")).DependentNames.ShouldBe([
            "trigger touched on public.customers",
        ]);
        (await OnlyAsync(database, "DROP SCHEMA old")).DependentNames.ShouldBe(["table old.drafts"]);
        (await OnlyAsync(database, "DROP SEQUENCE customers_id_seq")).DependentNames.ShouldBe([
            "default value for public.customers.id",
        ]);
        (await OnlyAsync(database, "DROP INDEX customers_pkey")).Kind.ShouldBe("index");
        (await OnlyAsync(database, "DELETE FROM nowhere.customers")).ShouldBe(
            new LiveObject("nowhere.customers", null, null, null, 0, []),
            new SameFacts()
        );
    }

    [Fact]
    public async Task A_table_that_somebody_holds_is_told_by_its_statistics()
    {
        var database = await NewShopAsync();
        await using var holder = await PostgresFixture.OpenAsync(database);
        await using var transaction = await holder.BeginTransactionAsync();
        await using var locking = new Npgsql.NpgsqlCommand(
            "LOCK customers IN ACCESS EXCLUSIVE MODE",
            holder,
            transaction
        );
        await locking.ExecuteNonQueryAsync();

        var customers = await OnlyAsync(database, "UPDATE customers SET name = ''");

        customers.Rows.ShouldBe(1200);
        customers.SizeBytes!.Value.ShouldBeGreaterThan(8192);
    }

    [Fact]
    public async Task The_program_looks_only_where_the_command_line_asks_for_it_and_tells_what_is_missing()
    {
        var database = await NewShopAsync();
        using var surety = await SuretyProgram.OnAsync(database);
        await File.WriteAllTextAsync(
            Path.Combine(surety.Folder, "a.sql"),
            "ALTER TABLE customers DROP COLUMN name CASCADE;\nDROP TABLE IF EXISTS elsewhere;\n"
        );
        // A variable alone asks for nothing: nobody listens there.
        surety.Environment["SURETY_DB"] = "postgres://nobody@127.0.0.1:1/nothing";
        var text = await surety.RunAsync("check", "a.sql");
        text.ExitCode.ShouldBe(3, text.Error);
        text.Out.ShouldNotContain("here:");
        var alone = (await surety.RunAsync("check", "a.sql", "--json")).Json;
        alone.TryGetProperty("live", out _).ShouldBeFalse();

        var db = $"{database}";
        (await BackupOf(surety, db)).ShouldBe("never no-backup surety backup");
        var id = (await surety.RequireAsync("backup", "--db", db)).GetProperty("id").GetString()!;
        (await BackupOf(surety, db)).ShouldBe($"never {id} surety drill {id}");
        await surety.RequireAsync("verify", id);
        (await BackupOf(surety, db)).ShouldBe($"verified {id} surety drill {id}");
        await surety.RequireAsync("drill", id);
        (await BackupOf(surety, db)).ShouldBe($"drilled {id} ");
        var newer = (await surety.RequireAsync("backup", "--db", db)).GetProperty("id").GetString()!;
        (await BackupOf(surety, db)).ShouldBe($"drilled {id} surety drill {newer}");

        var looked = await surety.RunAsync("check", "a.sql", "--db", db);
        Ratings((await surety.RunAsync("check", "a.sql", "--db", db, "--json")).Json).ShouldBe(Ratings(alone));
        looked.Out.ShouldContain("    here:    table public.customers: about 1,200 rows, ");
        looked.Out.ShouldContain("    here:    elsewhere is not in the database\n");
        looked.Out.ShouldContain($"  way back: backup {id}, 0 min old, proven by a drill ");
        looked.Out.ShouldContain($"; backup {newer} is newer, and nothing has proven it: surety drill {newer}\n");
        (await surety.RunAsync("check", "a.sql", "--db", db, "--format", "github")).Out.ShouldContain(
            ". Here: table public.customers: about 1,200 rows"
        );
        (await surety.RunAsync("check", "a.sql", "--db", db, "--format", "sarif")).Out.ShouldContain(
            "; here: table public.customers: about 1,200 rows"
        );

        var unreachable = await surety.RunAsync("check", "a.sql", "--db", surety.Environment["SURETY_DB"]!);
        unreachable.ExitCode.ShouldBe(1);
        unreachable.Error.ShouldContain("ERROR [connection-failed]");
        surety.Environment["SURETY_REPOSITORY"] = null;
        (await surety.RunAsync("check", "a.sql", "--db", db)).Out.ShouldContain(
            "  way back: NONE; no repository was named: surety init --repo PATH\n"
        );
    }

    private static IEnumerable<string> Ratings(JsonElement document) =>
        document
            .GetProperty("statements")
            .EnumerateArray()
            .Select(s => $"{s.GetProperty("risk")} {s.GetProperty("reason")}");

    private static async Task<string> BackupOf(SuretyProgram surety, string db)
    {
        var run = await surety.RunAsync("check", "a.sql", "--db", db, "--json");
        run.ExitCode.ShouldBe(3, run.Error);
        var backup = run.Json.GetProperty("live").GetProperty("backup");
        var measured = backup.GetProperty("restoreSeconds").ValueKind == JsonValueKind.Number;
        measured.ShouldBe(backup.GetProperty("proof").GetString() == "drilled");
        return $"{backup.GetProperty("proof")} {(backup.GetProperty("id").GetString() ?? "no-backup")} {backup.GetProperty("remedy")}";
    }

    private static async Task<LiveObject> OnlyAsync(ConnectionTarget database, string sql)
    {
        var report = MigrationCheck.Run([MigrationScript.Parse(sql)], new CheckOptions());
        var live = await LiveReading.RunAsync(report, database, new BackupStanding(), CancellationToken.None);
        return live.Of(report.Statements.Single()).ShouldHaveSingleItem();
    }

    private async Task<ConnectionTarget> NewShopAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Shop);
        return database;
    }

    private sealed class SameFacts : IEqualityComparer<LiveObject>
    {
        public bool Equals(LiveObject? x, LiveObject? y) =>
            x! with { DependentNames = y!.DependentNames } == y && x.DependentNames.SequenceEqual(y.DependentNames);

        public int GetHashCode(LiveObject obj) => obj.Name.GetHashCode(StringComparison.Ordinal);
    }
}
