using System.Text.Json;
using Surety.Testing.Files;

namespace Surety.Tests.Cli;

public sealed class CheckCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AFindingIsShownWithItsLine()
    {
        var run = await CheckAsync(
            "-- a\n\tALTER TABLE users ADD COLUMN a text, DROP COLUMN email;\n",
            "--rule",
            "require-schema"
        );
        run.Out.ShouldBe(
            """
            -:2:39: high: drops column email of users [drop-column]
                2 |  ALTER TABLE users ADD COLUMN a text, DROP COLUMN email;
                  |                                       ^^^^^^^^^^^^^^^^^
                why:     every value of the column is gone
                instead: stop using the column first; drop it in a later migration, with a proven backup

            -:2:2: advice: users has no schema [require-schema]
                2 |  ALTER TABLE users ADD COLUMN a text, DROP COLUMN email;
                  |  ^^^^^
                why:     which table is meant depends on search_path
                instead: name the schema

            -:2:2: advice: waits for its locks without a limit [missing-lock-timeout]
                2 |  ALTER TABLE users ADD COLUMN a text, DROP COLUMN email;
                  |  ^^^^^
                why:     while it waits for its lock, everybody else waits behind it, for as long as it takes
                instead: SET lock_timeout = '2s' before it, and try again where it fails

            RISK HIGH: 1 statement in 1 file: 1 high

            """
        );
        run.ExitCode.ShouldBe(3);
    }

    [Theory]
    [InlineData("DROP TABLE t", null, 3)]
    [InlineData("DROP TABLE t", "none", 0)]
    [InlineData("DROP INDEX i", null, 0)]
    [InlineData("DROP INDEX i", "medium", 3)]
    [InlineData("CREATE INDEX i ON t (a)", "low", 3)]
    [InlineData("SELECT 1", "low", 0)]
    [InlineData("DROP TABLE t -- surety:ignore drop-table it is empty", null, 0)]
    public async Task TheExitCodeTellsWhetherTheRiskIsAllowed(string sql, string? failOn, int exitCode)
    {
        var run = await CheckAsync(sql, failOn is null ? [] : ["--fail-on", failOn]);
        run.ExitCode.ShouldBe(exitCode);
    }

    [Fact]
    public async Task JsonHasEveryStatement()
    {
        var run = await CheckAsync("SELECT 1;\nDROP TABLE t;", "--json");
        using var document = JsonDocument.Parse(run.Out);
        var root = document.RootElement;
        root.GetProperty("risk").GetString().ShouldBe("high");
        var statements = root.GetProperty("statements").EnumerateArray().ToList();
        statements[0].GetProperty("rule").ValueKind.ShouldBe(JsonValueKind.Null);
        statements[1].GetProperty("line").GetInt32().ShouldBe(2);
        statements[1].GetProperty("sql").GetString().ShouldBe("DROP TABLE t;");
        statements[1].GetProperty("rule").GetString().ShouldBe("drop-table");
        statements[1].GetProperty("findings")[0].GetProperty("column").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task AnnotationsAreEscaped()
    {
        var run = await CheckAsync("DROP TABLE \"50%\n\"", "--format", "github", "--pg-version", "15");
        run.Out.Split('\n')[0]
            .ShouldStartWith("::error file=-,line=1,col=1,title=drop-table::drops table \"50%25%0A\": the table");
    }

    [Fact]
    public async Task SarifNamesRulesAndPlaces()
    {
        var run = await CheckAsync("DROP TABLE t; -- surety:ignore drop-table it is empty", "--format", "sarif");
        using var document = JsonDocument.Parse(run.Out);
        document.RootElement.GetProperty("version").GetString().ShouldBe("2.1.0");
        var sarif = document.RootElement.GetProperty("runs")[0];
        var result = sarif.GetProperty("results")[0];
        var rules = sarif.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString().ShouldBe("drop-table");
        result.GetProperty("level").GetString().ShouldBe("error");
        result.GetProperty("suppressions")[0].GetProperty("justification").GetString().ShouldBe("it is empty");
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        place.GetProperty("region").GetProperty("startLine").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task AFolderIsReadInOrder()
    {
        await WriteAsync("V10__type.sql", "ALTER TABLE t ALTER a TYPE bigint;");
        await WriteAsync("V2__table.sql", "CREATE TABLE t (a int);");
        var run = await CommandLineRun.InAsync(folder.Path, "check", ".", "--json");
        using var document = JsonDocument.Parse(run.Out);
        document.RootElement.GetProperty("risk").GetString().ShouldBe("medium");
        document.RootElement.GetProperty("statements")[1].GetProperty("file").GetString().ShouldBe("V10__type.sql");
    }

    [Theory]
    [InlineData("missing.sql", "cannot read missing.sql")]
    [InlineData("--ignore", "drop-tabel", "-", "there is no rule drop-tabel")]
    [InlineData("--pg-version", "3", "-", "--pg-version is a major version")]
    public async Task WrongUseIsTold(params string[] argumentsAndMessage)
    {
        var run = await CommandLineRun.InAsync(folder.Path, ["check", .. argumentsAndMessage[..^1]]);
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(argumentsAndMessage[^1]);
    }

    [Fact]
    public async Task WhatTheConfigurationSaysHoldsWhereNothingElseIsSaid()
    {
        await WriteAsync(
            "surety.yaml",
            """
            check:
              fail-on: medium
              postgres: 11
              ignore:
                - { rule: drop-table, reason: tables are views here }
            databases:
              shop:
                url: shop
                check:
                  fail-on: low
                  ignore:
                    - rule: Drop-Index
                      reason: tried on a copy first
              other: { url: other }
            """
        );
        await WriteAsync("a.sql", "SET lock_timeout = '1s';\nDROP TABLE t;\nDROP INDEX CONCURRENTLY i;\n");

        var everywhere = await CommandLineRun.InAsync(folder.Path, "check", "a.sql");
        everywhere.Out.ShouldContain("    ignored: tables are views here\n");
        everywhere.Out.ShouldContain(
            "RISK HIGH: 3 statements in 1 file: 1 high, 1 medium; medium without what is ignored"
        );
        everywhere.ExitCode.ShouldBe(3);
        var allowed = await CommandLineRun.InAsync(folder.Path, "check", "a.sql", "--fail-on", "high");
        allowed.ExitCode.ShouldBe(0);

        var environment = new Dictionary<string, string?> { ["SURETY_DB"] = "shop" };
        var here = await CommandLineRun.InAsync(folder.Path, environment, null, "check", "a.sql");
        here.Out.ShouldContain("    ignored: tried on a copy first\n");
        here.Out.ShouldContain("    ignored: tables are views here\n");
        here.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task AFileThatIsIncludedIsRatedWhereItIsIncluded()
    {
        await WriteAsync(
            "main/all.sql",
            "CREATE TABLE t (a int);\n\\i parts/index.sql\n\\ir 'parts/drop.sql'\nSELECT 1;\n"
        );
        // The table is new by then.
        await WriteAsync("main/parts/index.sql", "CREATE INDEX i ON t (a);\n");
        await WriteAsync(
            "main/parts/drop.sql",
            "-- surety:ignore drop-table it is empty\nDROP TABLE u;\n\\ir ../all.sql\n"
        );

        var run = await CommandLineRun.InAsync(folder.Path, "check", "main/all.sql", "--json");

        using var document = JsonDocument.Parse(run.Out);
        document
            .RootElement.GetProperty("statements")
            .EnumerateArray()
            .Select(s => $"{s.GetProperty("file")}:{s.GetProperty("line")} {s.GetProperty("risk")}")
            .ShouldBe([
                "main/all.sql:1 none",
                "main/parts/index.sql:1 none",
                "main/parts/drop.sql:2 high",
                // It includes itself.
                "main/parts/drop.sql:3 high",
                "main/all.sql:4 none",
            ]);
        document.RootElement.GetProperty("files").GetInt32().ShouldBe(1);
        var text = await CommandLineRun.InAsync(folder.Path, "check", "main/all.sql");
        text.Out.ShouldContain(
            "main/parts/drop.sql:3:1: high: runs ../all.sql [include-file]\n    3 | \\ir ../all.sql\n"
        );
    }

    [Fact]
    public async Task AnIgnoreInFrontOfAnIncludedFileIsNotForTheStatementBehindIt()
    {
        await WriteAsync("parts.sql", "SELECT 1;\n");
        await WriteAsync("all.sql", "-- surety:ignore drop-table it is empty\n\\i parts.sql\nDROP TABLE orders;\n");

        var run = await CommandLineRun.InAsync(folder.Path, "check", "all.sql");

        run.ExitCode.ShouldBe(3);
        run.Out.ShouldContain("all.sql:1:1: advice: drop-table finds nothing in this statement [unused-ignore]");
        run.Out.ShouldContain("all.sql:3:1: high: drops table orders [drop-table]");
    }

    [Theory]
    // Outside of what is checked, by its name or by a link; made by psql; there twice; not there; elsewhere by then; taken
    // apart otherwise.
    [InlineData("\\i ../outside.sql")]
    [InlineData("\\i linked.sql")]
    [InlineData("\\i linked/outside.sql")]
    [InlineData("\\i :name")]
    [InlineData("\\i `ls`")]
    [InlineData("\\i twice.sql")]
    [InlineData("\\i missing.sql")]
    [InlineData("\\cd main\n\\i once.sql")]
    [InlineData("SET standard_conforming_strings = off;\nSELECT 1;\n\\i once.sql")]
    public async Task WhatCannotBeFollowedForCertainStaysHigh(string sql)
    {
        await WriteAsync("outside.sql", "SELECT 1;");
        await WriteAsync("work/twice.sql", "SELECT 1;");
        await WriteAsync("work/main/twice.sql", "SELECT 1;");
        await WriteAsync("work/main/once.sql", "SELECT 1;");
        await WriteAsync("work/main/all.sql", sql);
        File.CreateSymbolicLink(folder.Combine("work/main/linked.sql"), folder.Combine("outside.sql"));
        Directory.CreateSymbolicLink(folder.Combine("work/main/linked"), folder.Path);

        var run = await CommandLineRun.InAsync(folder.Combine("work"), "check", "main/all.sql");

        run.Out.ShouldContain("[include-file]");
        run.ExitCode.ShouldBe(3);
        await WriteAsync("work/main/all.sql", "\\i once.sql");
        (await CommandLineRun.InAsync(folder.Combine("work"), "check", "main/all.sql")).ExitCode.ShouldBe(0);
    }

    private Task<CommandLineRun> CheckAsync(string sql, params string[] arguments) =>
        CommandLineRun.InAsync(folder.Path, [], sql, ["check", "-", .. arguments]);

    private async Task WriteAsync(string name, string sql)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Combine(name))!);
        await using var file = File.CreateText(folder.Combine(name));
        await file.WriteAsync(sql);
    }
}
