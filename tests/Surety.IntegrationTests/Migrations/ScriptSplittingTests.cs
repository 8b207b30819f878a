using System.IO.Compression;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations;

/// <summary>The splitter against psql itself: both get the same script, and must come to the same queries.</summary>
public sealed class ScriptSplittingTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    // Not \i, \c and the like: they would run something else.
    public static TheoryData<string> Scripts =>
        [
            "SELECT 1; SELECT 2",
            "SELECT ';', E'\\';', $$;$$, $a$;$$;$b$;$a$, \";\", U&';', U&\";\"\"\", B'0', X'F'; SELECT 2;",
            "/* ; /* nested ; */ ; */ SELECT 1; -- ; end\nSELECT /* ; */ 2 -- ;\n;",
            "-- only a comment\n\n  -- another\nSELECT 1;\n-- last",
            "SELECT 1;\n/* only this */",
            "SELECT (1;2); SELECT 3;",
            "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3;",
            """
                CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql
                BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN 1 ELSE 2 END; SELECT 2; END; SELECT 3;
                CREATE PROCEDURE p() BEGIN ATOMIC SELECT 1; END;
                """,
            "BEGIN; SELECT 1; END; CREATE TABLE x (\"begin\" int); SELECT CASE WHEN true THEN 1 END; COMMIT;",
            "SET standard_conforming_strings = off; SELECT 'a\\';b'; SET standard_conforming_strings = on; SELECT 'a\\'; SELECT 2;",
            "SET LOCAL standard_conforming_strings TO 'off'; SELECT 'a'; SELECT 2;",
            "SELECT 1\\; SELECT 2; SELECT 3;",
            "SELECT 1 \\g\nSELECT 2 \\gx\nSELECT 3 \\gset\n\\echo a;b 'c;d'\nSELECT 4;",
            "\\set x 'a;b' \\\\ SELECT 1;\nSELECT \\echo within\n 5;\nSELECT 6 \\r SELECT 7;",
            "SELECT 'é;', \"ß;\", $é$;$é$; SELECT 'ü';",
            "\uFEFFSELECT 1;\r\nSELECT 2\r\n;\r\n",
            "SELECT 1::int, ARRAY[1,2][1:2], :undefined, :'undefined', :\"undefined\"; SELECT $1 $2;",
            "SELECT a$b$c; SELECT 1; SELECT $1$2$; SELECT 2;",
            "SELECT 'a'\n'b;'; SELECT E'a'\n'b\\'; SELECT 2;",
            "SELECT 1+--;\n2; SELECT 3*/*;*/4; SELECT 1 - -2;",
            "SELECT );SELECT (((1;\n));SELECT 2;",
            ";;SELECT 1;;",
            "SELECT $$unclosed; SELECT 1;",
            "SELECT 'unclosed; SELECT 1;\n",
            "SELECT \"unclosed; SELECT 1;",
            "SELECT 1 /* unclosed; /* SELECT 2; */",
            """
                CREATE TABLE c (a text, b text);
                COPY c FROM stdin; SELECT 'on the same line';
                a;	b
                'c	"d
                \.
                SELECT 1;
                COPY c (a) FROM STDIN WITH (FORMAT csv);
                "x;"
                \.
                COPY (SELECT 1) TO stdout; COPY c TO stdout;
                SELECT 2;
                """,
        ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task ADifficultScriptIsSplitAsPsqlDoes(string script) =>
        PsqlLog.FromSplitter(script).ShouldBe(await PsqlLog.OfAsync(await postgres.CreateDatabaseAsync(), script));

    [SharedDataFact]
    public async Task RealMigrationsAreSplitAsPsqlDoes()
    {
        foreach (var corpus in MigrationCorpus.All)
        {
            var database = await postgres.CreateDatabaseAsync();
            foreach (var (file, script) in FullRun.Of([.. corpus.Files], shortForm: 25))
            {
                PsqlLog.FromSplitter(script).ShouldBe(await PsqlLog.OfAsync(database, script), file);
            }
        }
    }

    [SharedDataFact]
    public async Task DumpsAreSplitAsPsqlDoes()
    {
        // Not the shop: its script has psql make statements of its own.
        var dumps = SampleDatabase.All.Where(sample => sample != SampleDatabase.Shop).Reverse().ToList();
        foreach (var dump in FullRun.Of(dumps, shortForm: 2))
        {
            var script = await ReadAsync(dump.File);
            var database = await postgres.CreateDatabaseAsync();
            PsqlLog.FromSplitter(script).ShouldBe(await PsqlLog.OfAsync(database, script), dump.Name);
        }
    }

    private static async Task<string> ReadAsync(string path)
    {
        await using var file = File.OpenRead(path);
        await using var plain = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : (Stream)file;
        using var reader = new StreamReader(plain);
        return await reader.ReadToEndAsync();
    }
}
