using System.Buffers;
using System.Text;
using Surety.Core.Export;
using Surety.Core.Postgres;
using Surety.Repository.Errors;

namespace Surety.Tests.Export;

public sealed class RowWriterTests
{
    [Theory]
    [InlineData(@"a", "a")]
    [InlineData(@"\N", "")]
    [InlineData(@"", "\"\"")]
    [InlineData(@"a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData(@"two\nlines", "\"two\nlines\"")]
    [InlineData(@"tab\tand \\N", "\"tab\tand \\N\"")]
    [InlineData(@"\\.", "\"\\.\"")]
    [InlineData(@" ", "\" \"")]
    [InlineData(@"\\N", "\"\\N\"")]
    public void A_field_is_quoted_where_a_reader_could_take_it_for_something_else(string copied, string csv) =>
        Rows(new CsvRows([Column("c")]), copied).ShouldBe($"c\r\n{csv}\r\n");

    [Fact]
    public void Csv_has_a_header_and_tells_null_from_the_empty_string() =>
        Rows(new CsvRows([Column("id"), Column("a, b")]), "1\t\\N", "2\t").ShouldBe("id,\"a, b\"\r\n1,\r\n2,\"\"\r\n");

    [Theory]
    [InlineData(ValueForm.Text, @"two\nlines ""ü""", "{\"c\":\"two\\nlines \\\"ü\\\"\"}")]
    [InlineData(ValueForm.Text, @"\N", "{}")]
    [InlineData(ValueForm.Boolean, "t", "{\"c\":true}")]
    [InlineData(ValueForm.Boolean, "f", "{\"c\":false}")]
    [InlineData(ValueForm.Number, "-1.2300000000000000000001e-400", "{\"c\":-1.2300000000000000000001e-400}")]
    [InlineData(ValueForm.Number, "-Infinity", "{\"c\":\"-Infinity\"}")]
    [InlineData(ValueForm.Number, "NaN", "{\"c\":\"NaN\"}")]
    [InlineData(ValueForm.Json, @"{""a"":1.10,\n""a"":null}", "{\"c\":{\"a\":1.10, \"a\":null}}")]
    [InlineData(ValueForm.Json, "null", "{\"c\":null}")]
    public void A_json_line_keeps_every_digit_and_leaves_null_out(ValueForm form, string copied, string json)
    {
        using var writer = new JsonRows(new QualifiedName("public", "t"), [Column("c", form)], isUtf8: true);

        Rows(writer, copied).ShouldBe($"{json}\n");
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_in_json_and_nothing_is_put_in_their_place()
    {
        using var writer = new JsonRows(new QualifiedName("public", "t"), [Column("c")], isUtf8: false);

        var failure = Should.Throw<SuretyException>(() =>
            writer.Add([0xff, (byte)'\n'], new ArrayBufferWriter<byte>())
        );

        failure.Message.ShouldBe(
            "column \"c\" of public.t holds bytes that are not UTF-8, and the database (SQL_ASCII) does not say what they "
                + "are; the files of this export are removed"
        );
    }

    [Fact]
    public void A_row_for_psql_is_what_the_server_sent() =>
        Rows(new CopyRows("COPY t FROM stdin;\n"), @"a\\b").ShouldBe("COPY t FROM stdin;\na\\\\b\n\\.\n");

    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("../up", "%2E%2E%2Fup")]
    [InlineData("a.b", "a%2Eb")]
    [InlineData("Größe", "Größe")]
    [InlineData("two words\n", "two%20words%0A")]
    [InlineData("100%", "100%25")]
    public void A_table_cannot_name_a_file_elsewhere(string table, string subject) =>
        ExportFolder.Subject(table).ShouldBe(subject);

    private static ExportedColumn Column(string name, ValueForm form = ValueForm.Text) => new(name, "text", form);

    private static string Rows(IRowWriter writer, params string[] rows)
    {
        var output = new ArrayBufferWriter<byte>();
        writer.Begin(output);
        foreach (var row in rows)
        {
            writer.Add(Encoding.UTF8.GetBytes($"{row}\n"), output);
        }

        writer.End(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
