using Surety.Core.Compare.Differences;
using Surety.Repository.Manifests;

namespace Surety.Tests.Compare;

public sealed class KeyTextTests
{
    [Theory]
    [InlineData("integer", "FFFFFFFE", "-2")]
    [InlineData("smallint", "0102", "258")]
    [InlineData("bigint", "0000000100000000", "4294967296")]
    [InlineData("boolean", "01", "true")]
    [InlineData("character varying(20)", "C3A9", "é")]
    [InlineData("text", "E9", "\\xe9")]
    [InlineData("uuid", "000102030405060708090a0b0c0d0e0f", "00010203-0405-0607-0809-0a0b0c0d0e0f")]
    [InlineData("date", "00000000", "2000-01-01")]
    [InlineData("date", "FFFFFFFF", "1999-12-31")]
    [InlineData("date", "7FFFFFFF", "\\x7fffffff")]
    [InlineData("timestamp(3) without time zone", "00000000000F4240", "2000-01-01 00:00:01")]
    [InlineData("timestamp with time zone", "FFFFFFFFFFFFFFFF", "1999-12-31 23:59:59.999999+00")]
    [InlineData("numeric", "0002000000000002000105DC", "1.15")]
    [InlineData("numeric(12,2)", "00030001400000020001000009C4", "-10000.25")]
    [InlineData("numeric", "0000000000000000", "0")]
    [InlineData("numeric", "00000000C0000000", "\\x00000000c0000000")]
    [InlineData("integer", "01", "\\x01")]
    [InlineData("box", "01", "\\x01")]
    [InlineData(null, "01", "\\x01")]
    public void A_binary_value_is_shown_as_PostgreSQL_prints_it_or_as_its_bytes(
        string? type,
        string hex,
        string text
    ) => KeyText.Of(Convert.FromHexString(hex), RowFormat.Binary, type).ShouldBe(text);

    [Fact]
    public void A_text_value_is_shown_without_its_escapes() =>
        KeyText.Of("a\\tb\\\\c\\nd"u8, RowFormat.Text, null).ShouldBe("a\tb\\c\nd");
}
