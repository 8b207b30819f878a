using Surety.Core.Migrations.Scripts;

namespace Surety.Tests.Migrations.Scripts;

/// <summary>What psql cannot be asked: places, data, commands. How statements are split is proven against psql itself.</summary>
public sealed class MigrationScriptTests
{
    [Fact]
    public void AStatementKnowsItsPlace()
    {
        var script = MigrationScript.Parse("\uFEFF-- first\n/* c */ SELECT 1;\r\n\r\n  SELECT\n  2;", "a.sql");
        script.Statements.Select(s => (s.Line, s.Text)).ShouldBe([(2, "/* c */ SELECT 1;"), (4, "SELECT\n  2;")]);
        script.Statements.Last().PositionOf(9).ShouldBe(new TextPosition(5, 3));
        script.Comments.ShouldHaveSingleItem().Text.ShouldBe("-- first");
    }

    [Fact]
    public void APlaceBehindACommandWithinAStatementIsRight()
    {
        var statement = MigrationScript.Parse("SELECT 1 \\echo x\n, two;").Statements.Single();
        statement.Text.ShouldBe("SELECT 1 , two;");
        statement.PositionOf(statement.Text.IndexOf("two", StringComparison.Ordinal)).ShouldBe(new TextPosition(2, 3));
    }

    [Fact]
    public void CommandsOfPsqlAreItemsOfTheirOwn()
    {
        var items = MigrationScript.Parse("\\set x 'a\\'; b'\\\\ \\i f.sql\nSELECT 1 \\gset\n\\! rm 'x").Items;
        items
            .Select(i =>
                i switch
                {
                    MetaCommand command => $"\\{command.Name}|{command.Arguments}",
                    SqlStatement statement => statement.Text,
                    _ => "data",
                }
            )
            .ShouldBe(["\\set|x 'a\\'; b'", "\\i|f.sql", "SELECT 1", "\\gset|", "\\!|rm 'x"]);
    }

    [Theory]
    [InlineData("COPY t FROM stdin;\n1;\t'\n\\.\nSELECT 1;", "1;\t'\n")]
    [InlineData("COPY t (a, b) FROM STDIN (FORMAT csv); \r\n\"\"\r\n\\.\r\nSELECT 1;", "\"\"\r\n")]
    [InlineData("\\copy t from stdin\nx\n\\.\nSELECT 1;", "x\n")]
    [InlineData("COPY t FROM stdin;\n\\.\nSELECT 1;", "")]
    public void DataOfCopyAreNoStatements(string text, string data)
    {
        var script = MigrationScript.Parse(text);
        script.Items.OfType<CopyData>().Single().Rows.ToString().ShouldBe(data);
        script.Statements.Last().Text.ShouldBe("SELECT 1;");
    }

    [Theory]
    [InlineData("COPY t FROM stdin")]
    [InlineData("COPY t FROM stdin;")]
    [InlineData("COPY t FROM stdin;\n1\n2")]
    public void DataThatNothingEndsGoToTheEnd(string text) => MigrationScript.Parse(text).Items.Count.ShouldBe(2);

    [Fact]
    public void VariablesOfPsqlAreKnown()
    {
        MigrationScript.Parse("SELECT :x").Statements.Single().HasVariables.ShouldBeTrue();
        MigrationScript.Parse("SELECT a::int, b := 2, ':x'").Statements.Single().HasVariables.ShouldBeFalse();
    }

    [Fact]
    public void NothingIsAScriptToo()
    {
        MigrationScript.Parse("").Items.ShouldBeEmpty();
        MigrationScript.Parse(" \n-- a comment").Items.ShouldBeEmpty();
        MigrationScript.Parse(";").Statements.ShouldBeEmpty();
    }
}
