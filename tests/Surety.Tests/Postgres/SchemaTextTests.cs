using System.Text;
using Surety.Core.Postgres.Schema;
using Surety.Core.Postgres.Tools;

namespace Surety.Tests.Postgres;

public sealed class SchemaTextTests
{
    private const string Header = "--\n-- Name: f(); Type: FUNCTION; Schema: public; Owner: me\n--\n\n";

    [Fact]
    public void What_differs_between_two_dumps_of_one_schema_is_left_out()
    {
        var first = SchemaText.Parse(
            $"\\restrict one\nSET x = 1;\n\n{Header}CREATE f;\n\n\nSET default_tablespace = '';\n\n\\unrestrict one\n"
        );
        var second = SchemaText.Parse($"{Header}CREATE f;\n\n\n--\n-- PostgreSQL database dump complete\n--\n\n");

        SchemaDifferences.Between(first, second).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("SET default_tablespace = one;", "SET default_tablespace = two;")]
    [InlineData("\\restrict one", "\\restrict two")]
    [InlineData("", "SET default_table_access_method = heap;")]
    public void The_same_lines_within_a_function_count(string before, string after)
    {
        var first = SchemaText.Parse($"{Header}CREATE f AS $$\n{before}\n$$;\n\n");
        var second = SchemaText.Parse($"{Header}CREATE f AS $$\n{after}\n$$;\n\n");

        var difference = SchemaDifferences.Between(first, second).ShouldHaveSingleItem();
        (difference.Definition, difference.Change).ShouldBe(("FUNCTION public.f()", SchemaChange.Changed));
    }

    [Fact]
    public void The_text_that_is_kept_reads_back_as_the_same_definitions()
    {
        var text = SchemaText.Parse(
            $"SET default_table_access_method = columnar;\n\n{Header}CREATE f;\n\n\nSET default_table_access_method = heap;\n\n{Header.Replace("f()", "g()")}CREATE g;\n\n"
        );

        var again = SchemaText.Parse(Encoding.UTF8.GetString(text.ToBytes()));

        again.Definitions.ShouldBe(text.Definitions);
        again.Definitions[0].Sql.ShouldBe("SET default_table_access_method = columnar;\nCREATE f;");
        again.Definitions[1].Sql.ShouldBe("CREATE g;");
    }

    [Fact]
    public void Bytes_that_are_no_text_stay_different() =>
        InvalidBytesAsEscapes
            .Utf8()
            .GetString([0x41, 0xE9, 0xFF, 0xC3, 0xA9, 0xF0, 0x9F, 0x42])
            .ShouldBe("A\\xE9\\xFFé\\xF0\\x9FB");
}
