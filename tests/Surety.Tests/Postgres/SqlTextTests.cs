using Surety.Core.Postgres;

namespace Surety.Tests.Postgres;

public sealed class SqlTextTests
{
    [Theory]
    [InlineData("UTF8", "COPY \"é\" TO STDOUT", "COPY \"é\" TO STDOUT")]
    [InlineData("SQL_ASCII", "COPY \"é\" TO STDOUT", "COPY \"é\" TO STDOUT")]
    [InlineData("LATIN1", "COPY \"a\"\"\\b\" TO STDOUT", "COPY \"a\"\"\\b\" TO STDOUT")]
    [InlineData(
        "LATIN1",
        "COPY \"é\".\"plain\" (\"a\"\"\\ü🐘\")",
        "COPY U&\"\\+0000E9\".\"plain\" (U&\"a\"\"\\\\\\+0000FC\\+01F418\")"
    )]
    [InlineData("LATIN1", "SELECT '\"é\"', \"é\"", "SELECT '\"é\"', U&\"\\+0000E9\"")]
    public void Names_outside_ASCII_are_escaped_where_the_bytes_would_be_misread(
        string encoding,
        string sql,
        string expected
    ) => SqlText.ForClientEncoding(sql, encoding).ShouldBe(expected);

    [Theory]
    [InlineData("shop", "shop_kept")]
    [InlineData(
        "0123456789012345678901234567890123456789012345678901234567",
        "0123456789012345678901234567890123456789012345678901234567_kept"
    )]
    [InlineData(
        "01234567890123456789012345678901234567890123456789012345678",
        "0123456789012345678901234567890123456789012345678901234567_kept"
    )]
    [InlineData(
        "012345678901234567890123456789012345678901234567890123456é",
        "012345678901234567890123456789012345678901234567890123456_kept"
    )]
    [InlineData(
        "0123456789012345678901234567890123456789012345678901234é🐘",
        "0123456789012345678901234567890123456789012345678901234é_kept"
    )]
    public void A_name_is_cut_to_63_bytes_with_its_suffix_and_never_within_a_character(string name, string expected) =>
        SqlText.NameWithSuffix(name, "_kept").ShouldBe(expected);
}
