using Surety.Core.Migrations.Rehearsal;
using Surety.Core.Migrations.Scripts;
using Surety.Testing.Files;

namespace Surety.Tests.Migrations.Rehearsal;

/// <summary>What a rehearsal sends of a script, in psql's place.</summary>
public sealed class SentScriptTests
{
    [Fact]
    public async Task Variables_that_the_script_sets_are_filled_in_and_others_stay()
    {
        var sent = await SentAsync(
            """
            \set name 'O''Neill'
            \set limit 5
            SELECT :'name', :"name", :limit, :{?limit}, :{?other}, :other, a::int;
            """
        );

        sent.Steps.Single().Sql.ShouldBe("SELECT 'O''Neill', \"O'Neill\", 5, TRUE, FALSE, :other, a::int;");
        sent.NotRun.ShouldBeEmpty();
    }

    [Fact]
    public async Task Included_files_are_followed_and_one_that_includes_itself_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Combine("other.sql"), "SELECT 2;\n\\ir other.sql\nSELECT 3;");

        var sent = await SentAsync("SELECT 1;\n\\i other.sql\nSELECT 4;", folder.Combine("main.sql"));

        sent.Steps.Select(s => s.Sql).ShouldBe(["SELECT 1;", "SELECT 2;", "SELECT 3;", "SELECT 4;"]);
        sent.Steps[1].File.ShouldBe("other.sql");
        sent.NotRun.ShouldBe(["other.sql:2: other.sql includes itself"]);
    }

    [Fact]
    public async Task What_only_psql_can_do_is_left_out_and_named()
    {
        var sent = await SentAsync(
            """
            \echo hello
            SELECT 1 \g
            SELECT 'SELECT 2' \gexec
            \if :x
            SELECT 3;
            \endif
            SELECT 4\; SELECT 5;
            COPY t FROM stdin;
            6
            \.
            \q
            SELECT 7;
            """
        );

        sent.Steps.Select(s => s.Sql.Trim())
            .ShouldBe(["SELECT 1", "SELECT 'SELECT 2'", "SELECT 4 ;SELECT 5;", "COPY t FROM stdin;"]);
        sent.Steps[^1].Data!.Rows.ToString().ShouldBe("6\n");
        sent.NotRun.ShouldBe([
            "test.sql:3: \\gexec was not run: only psql can",
            "test.sql:4: \\if was not run: only psql can; nothing up to its \\endif was",
        ]);
    }

    [Theory]
    [InlineData("BEGIN ISOLATION LEVEL SERIALIZABLE", true)]
    [InlineData("start transaction", true)]
    [InlineData("SET TRANSACTION READ ONLY", true)]
    [InlineData("PREPARE TRANSACTION 'x'", true)]
    [InlineData("rollback to savepoint s", true)]
    [InlineData("SET LOCAL lock_timeout = '1s'", false)]
    [InlineData("PREPARE q AS SELECT 1", false)]
    public async Task Transaction_control_is_known_by_its_words(string sql, bool controls) =>
        (await SentAsync(sql)).Steps.Single().ControlsTransaction.ShouldBe(controls);

    private static Task<SentScript> SentAsync(string sql, string? path = null) =>
        SentScript.OfAsync(MigrationScript.Parse(sql, "test.sql"), path, CancellationToken.None);
}
