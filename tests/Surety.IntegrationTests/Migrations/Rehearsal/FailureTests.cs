using Surety.Core.Postgres;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations.Rehearsal;

/// <summary>Why a statement failed: the statement, the server's words, and the rows.</summary>
public sealed class FailureTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private ConnectionTarget database = null!;

    public async Task InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(
            database,
            """
            CREATE TABLE parents (id int PRIMARY KEY);
            CREATE TABLE rows (id int, part text, parent int, code text, amount int, PRIMARY KEY (id, part));
            INSERT INTO parents VALUES (1), (2);
            INSERT INTO rows SELECT i, 'p', i % 4, CASE WHEN i < 7 THEN 'c' || i % 5 ELSE 'C' || i END, i * 10000 FROM generate_series(1, 10) i;
            CREATE TABLE heap (a int);
            INSERT INTO heap VALUES (1), (NULL), (NULL);
            """
        );
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("CREATE UNIQUE INDEX x ON rows (code)", "23505", 2, "id=1, part=p")]
    [InlineData("CREATE UNIQUE INDEX x ON rows (upper(left(code, 1))) WHERE id > 1", "23505", 9, "id=2, part=p")]
    [InlineData("ALTER TABLE rows ADD CONSTRAINT x UNIQUE (code)", "23505", 2, "id=1, part=p")]
    [InlineData("ALTER TABLE rows ADD FOREIGN KEY (parent) REFERENCES parents", "23503", 4, "id=3, part=p")]
    [InlineData(
        "ALTER TABLE rows ADD CONSTRAINT f FOREIGN KEY (parent) REFERENCES public.parents (id) NOT VALID; ALTER TABLE rows VALIDATE CONSTRAINT f",
        "23503",
        4,
        "id=3, part=p"
    )]
    [InlineData("ALTER TABLE rows ADD CONSTRAINT x CHECK (amount < 80000)", "23514", 3, "id=8, part=p")]
    [InlineData("ALTER TABLE rows ALTER amount TYPE smallint", "22003", 7, "id=4, part=p")]
    [InlineData(
        "ALTER TABLE rows ALTER COLUMN code SET DATA TYPE varchar(2), ALTER amount TYPE text",
        "22001",
        1,
        "id=10, part=p"
    )]
    [InlineData("ALTER TABLE rows ALTER code TYPE int USING code::int", "22P02", 10, "id=1, part=p")]
    [InlineData("ALTER TABLE rows ADD COLUMN kind text NOT NULL", "23502", 10, "id=1, part=p")]
    [InlineData("ALTER TABLE heap ALTER a SET NOT NULL", "23502", 2, "ctid=(0,2)")]
    [InlineData("INSERT INTO rows VALUES (1, 'p')", "23505", 0, null)]
    [InlineData("SELECT * FROM nothing_of_that_name", "42P01", 0, null)]
    public async Task The_rows_that_made_a_statement_fail_are_counted_and_named(
        string sql,
        string state,
        long count,
        string? first
    )
    {
        var report = await CopiedStage.RunAsync(database, sql);

        report.Failure.ShouldNotBeNull();
        report.Failure.SqlState.ShouldBe(state);
        (report.Failure.Rows?.Count ?? 0).ShouldBe(count, report.Failure.Hint);
        report.Failure.Rows?.Sample[0].ShouldBe(first);
        report.Failure.Rows?.Sample.Count.ShouldBe((int)Math.Min(count, 5));
        report.Failure.Detail.ShouldBeNull();
    }

    [Fact]
    public async Task Values_are_shown_only_where_asked_for()
    {
        const string sql = "ALTER TABLE rows ALTER code TYPE int USING code::int";

        var hidden = await CopiedStage.RunAsync(database, sql);
        var shown = await CopiedStage.RunAsync(database, sql, showValues: true);

        hidden.Failure!.Message.ShouldBe("invalid input syntax for type integer: \"...\"");
        shown.Failure!.Message.ShouldBe("invalid input syntax for type integer: \"c1\"");
        shown.Failure.Rows!.Sample[0].ShouldBe("id=1, part=p: c1");
    }

    [Fact]
    public async Task What_is_deferred_fails_at_the_commit_and_nothing_of_the_script_stays()
    {
        var report = await CopiedStage.RunAsync(
            database,
            """
            ALTER TABLE rows ADD CONSTRAINT f FOREIGN KEY (parent) REFERENCES parents DEFERRABLE INITIALLY DEFERRED NOT VALID;
            UPDATE rows SET parent = 77 WHERE id = 1;
            """
        );

        report.Failure!.Sql.ShouldBe("COMMIT");
        report.Failure.SqlState.ShouldBe("23503");
        (await PostgresFixture.ScalarAsync<long>(database, "SELECT count(*) FROM rows WHERE parent = 77")).ShouldBe(0);
    }
}
