using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Tests.Migrations.Check;

/// <summary>What statements mean for each other, and what people can say about them.</summary>
public sealed class MigrationCheckTests
{
    [Theory]
    [InlineData("CREATE TABLE t (a int); CREATE INDEX i ON t (a)")]
    [InlineData(
        "CREATE TABLE t (a int); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u; ALTER TABLE t ALTER a SET NOT NULL"
    )]
    [InlineData("CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b uuid DEFAULT gen_random_uuid()")]
    [InlineData("CREATE TEMP TABLE t (a int); DROP TABLE t")]
    public void ATableOfTheSameScriptIsUsedByNobody(string sql) => Checked.Last(sql).Risk.ShouldBe(RiskLevel.None);

    [Theory]
    // It may have been there, with rows, before.
    [InlineData("CREATE TABLE IF NOT EXISTS t (a int); ALTER TABLE t ADD CHECK (a > 0)", RiskLevel.Low)]
    [InlineData("BEGIN; CREATE TABLE t (a int); ROLLBACK; ALTER TABLE t ADD CHECK (a > 0)", RiskLevel.Low)]
    // The rows of another table may be in it by then.
    [InlineData("CREATE TABLE t (a int); DROP TABLE t", RiskLevel.High)]
    [InlineData("CREATE TEMP TABLE t (a int); DROP TABLE t, u", RiskLevel.High)]
    [InlineData("CREATE TABLE t (a int); DELETE FROM t", RiskLevel.High)]
    public void ThatIsNotTakenForGranted(string sql, RiskLevel risk) => Checked.Last(sql).Risk.ShouldBe(risk);

    [Fact]
    public void EarlierScriptsTellTheTypesOfColumns()
    {
        string[] scripts =
        [
            "CREATE TABLE t (a int, b varchar(10))",
            "ALTER TABLE t RENAME COLUMN a TO c",
            "ALTER TABLE t ALTER c TYPE bigint, ALTER b TYPE varchar(20)",
        ];
        var report = MigrationCheck.Run(
            scripts.Select((s, i) => MigrationScript.Parse(s, $"{i}.sql")),
            new CheckOptions()
        );
        report.Scripts[2].Risk.ShouldBe(RiskLevel.Medium);
        Checked.Last(scripts[2]).Risk.ShouldBe(RiskLevel.High);
    }

    [Fact]
    public void TheSameNameInAnotherSchemaIsNotTheSameTable() =>
        Checked
            .Last("CREATE TABLE a.t (c int); CREATE TABLE b.t (c numeric); ALTER TABLE t ALTER c TYPE bigint")
            .Risk.ShouldBe(RiskLevel.High);

    [Fact]
    public void AValidatedCheckSparesTheScanOfSetNotNull()
    {
        const string Sql =
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t ALTER a SET NOT NULL";
        Checked.Last(Sql).Risk.ShouldBe(RiskLevel.None);
        Checked.Last(Sql, new CheckOptions { Version = 11 }).Risk.ShouldBe(RiskLevel.Low);
        Checked.Last(Sql.Replace("(a IS", "(b IS", StringComparison.Ordinal)).Risk.ShouldBe(RiskLevel.Low);
    }

    [Theory]
    [InlineData("BEGIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT", "concurrently-in-transaction")]
    [InlineData("BEGIN; BEGIN; COMMIT", "transaction-nesting")]
    [InlineData("COMMIT", "transaction-nesting")]
    [InlineData("BEGIN; SELECT 1", "uncommitted-transaction")]
    [InlineData(
        "BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT",
        "validate-in-transaction"
    )]
    [InlineData(
        "CREATE TABLE t (a char(3), b timestamp, c varchar(3), d serial)",
        "no-char",
        "prefer-bigint",
        "prefer-identity",
        "prefer-text",
        "prefer-timestamptz"
    )]
    [InlineData("UPDATE t SET a = 1, b = 2, a = 3 WHERE c", "duplicate-assignment")]
    public void AdviceIsGiven(string sql, params string[] rules) => rules.ShouldBeSubsetOf(Checked.Rules(sql));

    [Fact]
    public void ATransactionAroundTheFileCounts() =>
        Checked
            .Rules("CREATE INDEX CONCURRENTLY i ON t (a)", new CheckOptions { InTransaction = true })
            .ShouldContain("concurrently-in-transaction");

    [Fact]
    public void VersionsMatter()
    {
        Checked
            .Rules("ALTER TABLE t ADD c int DEFAULT 1", new CheckOptions { Version = 10 })
            .ShouldContain("column-rewrites-table");
        Checked
            .Rules("BEGIN; ALTER TYPE e ADD VALUE 'x'; COMMIT", new CheckOptions { Version = 11 })
            .ShouldContain("enum-value-in-transaction");
        Checked.Rules("BEGIN; ALTER TYPE e ADD VALUE 'x'; COMMIT").ShouldNotContain("enum-value-in-transaction");
    }

    [Fact]
    public void TimeoutsAreAskedForOnceAScript()
    {
        Checked
            .Rules("ALTER TABLE t ADD a int; ALTER TABLE t ADD b int")
            .Count(r => r == "missing-lock-timeout")
            .ShouldBe(1);
        Checked.Rules("SET lock_timeout = '2s'; ALTER TABLE t ADD a int").ShouldBeEmpty();
        Checked.Rules("SET lock_timeout = 0; ALTER TABLE t ADD a int").ShouldContain("missing-lock-timeout");
    }

    [Fact]
    public void WhatWasPreparedIsKnownWhenItIsExecuted()
    {
        Checked.Last("PREPARE x AS SELECT 1; EXECUTE x").Risk.ShouldBe(RiskLevel.None);
        Checked.Last("PREPARE x (int) AS DELETE FROM t; EXECUTE x (1)").Findings[0].Rule.ShouldBe(RuleBook.DeleteAll);
    }

    [Theory]
    [InlineData("-- surety:ignore drop-table it is empty\nDROP TABLE t;")]
    [InlineData("DROP TABLE t; -- surety:ignore drop-table it is empty")]
    [InlineData("DROP TABLE -- surety:ignore drop-table it is empty\n t;")]
    public void WhatIsIgnoredStaysVisible(string sql)
    {
        var report = Checked.Report(sql);
        (report.Risk, report.OpenRisk).ShouldBe((RiskLevel.High, RiskLevel.None));
        report.Statements.Single().Findings[0].Ignored.ShouldBe("it is empty");
    }

    [Theory]
    [InlineData("-- surety:ignore drop-table\nDROP TABLE t;", "unreasoned-ignore")]
    [InlineData("-- surety:ignore drop-everything it is empty\nDROP TABLE t;", "unreasoned-ignore")]
    [InlineData("-- surety:ignore drop-column it is empty\nDROP TABLE t;", "unused-ignore")]
    [InlineData("-- surety:ignore drop-table it is empty\nSELECT 1; DROP TABLE t;", "unused-ignore")]
    public void WhatIgnoresNothingIsTold(string sql, string rule)
    {
        Checked.Report(sql).OpenRisk.ShouldBe(RiskLevel.High);
        Checked.Rules(sql).ShouldContain(rule);
    }

    [Fact]
    public void ARuleThatIsIgnoredEverywhereDoesNotLowerTheRisk()
    {
        var report = Checked.Report(
            "DROP TABLE t",
            new CheckOptions { Ignored = new Dictionary<string, string> { ["drop-table"] = "it is empty" } }
        );
        (report.Risk, report.OpenRisk).ShouldBe((RiskLevel.High, RiskLevel.None));
    }

    [Fact]
    public void AnIdempotentScriptOfEntityFrameworkIsReadAsItsStatements()
    {
        const string Sql = """
            DO $EF$
            BEGIN
                IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '2024_A') THEN
                ALTER TABLE "Users" DROP COLUMN "Email";
                CREATE INDEX "I" ON "Users" ("Name");
                END IF;
            END $EF$;
            """;
        var rated = Checked.Last(Sql);
        rated
            .Findings.Select(f => (f.Rule.Name, f.Position.Line))
            .Take(2)
            .ShouldBe([("drop-column", 4), ("index-blocks-writes", 5)]);
        Checked
            .Last(Sql.Replace("CREATE INDEX", "PERFORM x(); CREATE INDEX", StringComparison.Ordinal))
            .Findings.ShouldContain(f => f.Rule == RuleBook.NotUnderstood);
        Checked.Last(Sql.Replace("$EF$", "$$", StringComparison.Ordinal)).Findings[0].Rule.ShouldBe(RuleBook.DoBlock);
    }

    [Fact]
    public void TheMigrationThatAteTheSubmissionsIsHigh()
    {
        // What happened: a table was dropped and made again to change the type of a column (DESIGN section 1).
        var report = Checked.Report(
            "DROP TABLE submissions; CREATE TABLE submissions (id bigint PRIMARY KEY, answer jsonb);"
        );
        report.Risk.ShouldBe(RiskLevel.High);
        report.Statements.First().Findings[0].Rule.ShouldBe(RuleBook.DropTable);
    }

    [Theory]
    [InlineData("ALTER TABLE notes ALTER COLUMN body TYPE varchar(100) USING left(body, 100)", "narrowing-type")]
    [InlineData("ALTER TABLE users ALTER COLUMN email SET NOT NULL", "set-not-null")]
    [InlineData("DROP TABLE customers CASCADE", "drop-table")]
    [InlineData("DROP TABLE customers CASCADE", "cascade")]
    public void OtherIncidentsAreFound(string sql, string rule) => Checked.Rules(sql).ShouldContain(rule);
}
