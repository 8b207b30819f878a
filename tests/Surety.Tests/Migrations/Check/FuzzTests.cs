using System.Text;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Scripts;
using Surety.Testing;

namespace Surety.Tests.Migrations.Check;

/// <summary>Whatever the text: no failure, no text lost, and time that grows as the text does.</summary>
public sealed class FuzzTests
{
    private const int Mutations = 3000;

    private static readonly string[] Fragments =
    [
        "'",
        "\"",
        "$$",
        "$x$",
        "/*",
        "*/",
        "--",
        ";",
        "(",
        ")",
        "[",
        "]",
        "\\",
        "\\;",
        "\\g",
        "\n",
        "\r\n",
        ",",
        ".",
        ":x",
        ":'x'",
        "E'",
        "U&'",
        "U&\"",
        "BEGIN ATOMIC",
        "END",
        "CASE",
        "COPY t FROM stdin;\n",
        "\\.\n",
        "WITH x AS (",
        "DO $EF$ BEGIN IF EXISTS(",
        "THEN",
        "DROP",
        "TABLE",
        "ALTER TABLE",
        "ADD COLUMN",
        "TYPE",
        "USING",
        "UPDATE",
        "SET",
        "DELETE FROM",
        "MERGE INTO",
        "CASCADE",
        "é",
        "\0",
        "𝄞",
    ];

    [Fact]
    public void MutatedScriptsAreRated()
    {
        var seed = Random.Shared.Next();
        var chance = new Random(seed);
        var scripts = Scripts();
        for (var i = 0; i < Mutations; i++)
        {
            var sql = Mutated(scripts[chance.Next(scripts.Count)], chance);
            try
            {
                Check(sql);
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"seed {seed}, mutation {i}: {sql}", problem);
            }
        }
    }

    // Each is hard for an algorithm that looks at things twice: that one would be at it for minutes.
    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("((a),")]
    [InlineData("WITH x AS (")]
    [InlineData("(DELETE FROM t WHERE (")]
    [InlineData("SELECT f(")]
    [InlineData("/*")]
    [InlineData("'a' ")]
    [InlineData("\"a\".")]
    [InlineData("$a$ $b$ ")]
    [InlineData("a, ")]
    [InlineData("ALTER TABLE t ADD a int, ")]
    [InlineData("CREATE TABLE t (a int, ")]
    [InlineData("SELECT 1 \\echo x\n")]
    [InlineData("DROP TABLE a; ")]
    [InlineData("-- surety:ignore drop-table x\n")]
    [InlineData("COPY t FROM stdin;")]
    [InlineData("CREATE FUNCTION f() BEGIN ATOMIC CASE ")]
    [InlineData("DO $EF$ BEGIN IF EXISTS(")]
    public void ALongTextTakesNoLongerThanItsLength(string piece) =>
        Check(new StringBuilder().Insert(0, piece, 30_000).Append("SELECT 1").ToString());

    private static void Check(string sql)
    {
        var script = MigrationScript.Parse(sql);
        var report = MigrationCheck.Run([script], new CheckOptions());
        foreach (var statement in report.Statements)
        {
            Enum.IsDefined(statement.Risk).ShouldBeTrue();
            foreach (var finding in statement.Findings)
            {
                finding.Position.Line.ShouldBeInRange(1, script.Source.LineCount);
            }
        }
    }

    private static string Mutated(string script, Random chance)
    {
        var text = new StringBuilder(script);
        for (var i = chance.Next(1, 6); i > 0; i--)
        {
            var at = chance.Next(text.Length + 1);
            if (chance.Next(2) == 0)
            {
                text.Insert(at, Fragments[chance.Next(Fragments.Length)]);
            }
            else
            {
                text.Remove(at, Math.Min(chance.Next(1, 12), text.Length - at));
            }
        }

        return text.ToString();
    }

    // Real migrations where they are, and the shop's script, which has a bit of everything.
    private static List<string> Scripts() =>
        [
            .. MigrationCorpus.All.SelectMany(c => c.Files.Values).Where(s => s.Length < 10_000),
            File.ReadAllText(SampleDatabase.Shop.File),
        ];
}
