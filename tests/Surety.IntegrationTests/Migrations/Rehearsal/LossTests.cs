using Surety.Core.Migrations.Rehearsal;
using Surety.Core.Migrations.Rules;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations.Rehearsal;

/// <summary>What a statement took is counted to the value, and what loses nothing counts as nothing.</summary>
public sealed class LossTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Rows = """
        CREATE TYPE mood AS ENUM ('sad', 'glad');
        CREATE TABLE keyed (id int PRIMARY KEY, t text, n numeric(10,4), j json, ts timestamp, m mood, parent int REFERENCES keyed ON DELETE CASCADE);
        CREATE TABLE loose (a int, b text);
        INSERT INTO keyed SELECT i, CASE WHEN i % 5 <> 0 THEN 'value ' || i END, i * 1.5, '{"a":  1}', now(), 'sad' FROM generate_series(1, 100) i;
        UPDATE keyed SET parent = 1 WHERE id > 90;
        INSERT INTO loose SELECT i % 3, 'b' || i FROM generate_series(1, 30) i;
        """;

    [Theory]
    [InlineData("DELETE FROM keyed WHERE id <= 10", "keyed 20/100", RiskLevel.Medium)] // ten more by the foreign key
    [InlineData("DELETE FROM keyed", "keyed 100/100", RiskLevel.High)]
    [InlineData("TRUNCATE keyed", "keyed 100/100", RiskLevel.High)]
    [InlineData("UPDATE keyed SET t = NULL WHERE id <= 10", "keyed 0/100 t 8+0", RiskLevel.Medium)]
    [InlineData("UPDATE keyed SET t = upper(t), n = 0 WHERE id <= 10", "keyed 0/100 n 0+10 t 0+8", RiskLevel.Medium)]
    [InlineData("ALTER TABLE keyed DROP COLUMN t", "keyed 0/100 t 80+0", RiskLevel.High)]
    [InlineData("ALTER TABLE keyed RENAME t TO u; ALTER TABLE keyed RENAME TO other", "", RiskLevel.Medium)]
    [InlineData(
        "ALTER TABLE keyed ALTER id TYPE bigint, ALTER t TYPE varchar(90), ALTER j TYPE jsonb",
        "",
        RiskLevel.Medium
    )]
    [InlineData("ALTER SCHEMA public RENAME TO app", "", RiskLevel.Medium)]
    [InlineData("ALTER TABLE keyed ALTER ts TYPE timestamptz", "", RiskLevel.Medium)]
    [InlineData("ALTER TABLE keyed ALTER n TYPE numeric(10,0)", "keyed 0/100 n 0+50", RiskLevel.High)]
    [InlineData(
        "CREATE TYPE m2 AS ENUM ('sad', 'fine'); ALTER TABLE keyed ALTER m TYPE m2 USING m::text::m2; DROP TYPE mood",
        "",
        RiskLevel.Medium
    )]
    [InlineData("ALTER TABLE keyed DROP COLUMN id CASCADE", "keyed 0/100 id 100+0", RiskLevel.High)]
    [InlineData("DELETE FROM loose WHERE a = 0", "loose 10/30", RiskLevel.Medium)]
    [InlineData("ALTER TABLE loose DROP COLUMN b", "loose 0/30 b 30+0", RiskLevel.High)]
    [InlineData("UPDATE loose SET b = NULL WHERE a = 0", "loose 0/30 b 10+0", RiskLevel.Medium)]
    [InlineData("ALTER TABLE loose ALTER b TYPE varchar(2) USING left(b, 2)", "loose 0/30 b 0+21", RiskLevel.High)]
    [InlineData("CREATE TABLE made (a int); INSERT INTO made VALUES (1); DROP TABLE made", "", RiskLevel.None)]
    [InlineData("DO $$ BEGIN DELETE FROM keyed WHERE id = 100; END $$", "keyed 1/100", RiskLevel.High)]
    [InlineData("BEGIN; DELETE FROM keyed; ROLLBACK; UPDATE loose SET a = a", "", RiskLevel.High)]
    public async Task Every_loss_is_counted(string sql, string expected, RiskLevel observed)
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Rows);

        var report = await CopiedStage.RunAsync(database, sql);

        report.Failure.ShouldBeNull();
        string.Join("; ", report.Losses.Select(Text)).ShouldBe(expected);
        report.Statements.Max(s => s.Observed).ShouldBe(observed);
    }

    [Fact]
    public async Task What_is_renamed_with_its_table_is_not_told_of()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Rows);

        var report = await CopiedStage.RunAsync(
            database,
            "ALTER TABLE keyed RENAME TO other; ALTER INDEX keyed_pkey RENAME TO other_pkey"
        );

        report
            .Statements.Select(s =>
                string.Join(
                    "; ",
                    s.Effects.Altered.Where(a => a.Kind is not "primary key").Select(a => $"{a} {a.Changes[0]}")
                )
            )
            .ShouldBe([
                "table public.keyed renamed to public.other",
                "index public.keyed_pkey renamed to public.other_pkey",
            ]);
        report.Statements.Select(s => s.Observed).ShouldBe([RiskLevel.Medium, RiskLevel.Low]);
    }

    [Fact]
    public async Task To_look_leaves_no_trace_in_the_transaction()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Rows);

        var report = await CopiedStage.RunAsync(
            database,
            """
            CREATE TABLE seen AS SELECT relation::regclass::text AS relation, mode FROM pg_locks
                WHERE pid = pg_backend_pid() AND relation >= 16384;
            UPDATE keyed SET n = 0;
            CREATE TABLE seen_later AS SELECT DISTINCT relation::regclass::text AS relation, mode FROM pg_locks
                WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation::regclass::text IN ('keyed', 'loose');
            CREATE TABLE named AS SELECT current_setting('search_path') AS path, current_setting('DateStyle') AS style;
            """
        );

        report.Failure.ShouldBeNull();
        report.Losses.Single().Columns.Single().Changed.ShouldBe(100);
        (
            await PostgresFixture.ScalarAsync<string>(
                database,
                "SELECT string_agg(relation || ' ' || mode, ', ' ORDER BY 1) FROM seen_later"
            )
        ).ShouldBe("keyed RowExclusiveLock");
        (await PostgresFixture.ScalarAsync<string>(database, "SELECT path FROM named")).ShouldBe("\"$user\", public");
    }

    private static string Text(TableLoss loss) =>
        $"{loss.Table.Split('.')[1]} {loss.RowsLost}/{loss.RowsBefore}"
        + string.Concat(
            loss.Columns.OrderBy(c => c.Column, StringComparer.Ordinal).Select(c => $" {c.Column} {c.Gone}+{c.Changed}")
        );
}
