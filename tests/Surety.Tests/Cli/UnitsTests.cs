using Surety.Cli.Output;
using Surety.Core;
using Surety.Repository.Retention;

namespace Surety.Tests.Cli;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(999_949, "999.9 kB")]
    [InlineData(999_950, "1.0 MB")]
    [InlineData(512_340_000, "512.3 MB")]
    [InlineData(1_500_000_000, "1.5 GB")]
    [InlineData(long.MaxValue, "9223.4 PB")]
    public void Bytes_have_si_units_and_one_decimal(long bytes, string text) => Units.Bytes(bytes).ShouldBe(text);

    [Theory]
    [InlineData(12, "12 B/s")]
    [InlineData(8_410_000, "8.4 MB/s")]
    [InlineData(99_960_000, "100 MB/s")]
    [InlineData(101_400_000, "101 MB/s")]
    public void Rates_drop_the_decimal_where_it_says_nothing(double rate, string text) =>
        Units.Rate(rate).ShouldBe(text);

    [Theory]
    [InlineData(0.84, "0.8 s")]
    [InlineData(12.34, "12.3 s")]
    [InlineData(59.97, "1 min 00 s")]
    [InlineData(125, "2 min 05 s")]
    [InlineData(3599.7, "1 h 00 min")]
    [InlineData(93_784, "26 h 03 min")]
    public void Durations_get_coarser_as_they_grow(double seconds, string text) =>
        Units.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Theory]
    [InlineData(90, "90 s")]
    [InlineData(1800, "30 min")]
    [InlineData(7200, "2 h")]
    [InlineData(0.02, "0.02 s")]
    public void Limits_read_as_they_were_typed(double seconds, string text) =>
        Units.Limit(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Fact]
    public void Counts_have_thousands_separators_and_their_noun_agrees()
    {
        Units.Count(1_234_567).ShouldBe("1,234,567");
        Units.Count(1, "table").ShouldBe("1 table");
        Units.Count(0, "table").ShouldBe("0 tables");
    }

    [Fact]
    public void Times_are_utc() =>
        Units
            .Time(new DateTimeOffset(2026, 11, 20, 19, 14, 49, TimeSpan.FromHours(2)))
            .ShouldBe("2026-11-20 17:14:49Z");

    [Theory]
    [InlineData("0", 0)]
    [InlineData("250ms", 0.25)]
    [InlineData("90s", 90)]
    [InlineData("30m", 1800)]
    [InlineData("2h", 7200)]
    [InlineData("30d", 2_592_000)]
    public void Durations_are_read_with_their_unit(string text, double seconds)
    {
        DurationText.TryParse(text, out var duration).ShouldBeTrue();
        duration.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("5 m")]
    [InlineData("36501d")]
    [InlineData("99999999999999999999s")]
    public void Anything_else_is_no_duration(string text) => DurationText.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Tables_are_aligned_with_figures_to_the_right_and_no_trailing_blanks()
    {
        var table = new TextTable(new("NAME"), new("ROWS", Right: true), new("NOTE"));
        table.Add("orders", "1,234", "");
        table.Add("a", "5", "small");

        table.ToString().ShouldBe("NAME     ROWS  NOTE\norders  1,234\na           5  small\n");
    }

    [Theory]
    [InlineData("postgres://ann:secret@host/db", "postgres://ann:***@host/db")]
    [InlineData("postgres://ann:s:e@cret@host/db", "postgres://ann:***@host/db")]
    [InlineData("host=h password=secret dbname=d", "host=h password=*** dbname=d")]
    [InlineData("Host=h;Password='a; b';Database=d", "Host=h;Password=***;Database=d")]
    [InlineData(
        "postgres://host/db?password=secret&sslmode=require",
        "postgres://host/db?password=***&sslmode=require"
    )]
    [InlineData("postgres://ann@host:5432/db", "postgres://ann@host:5432/db")]
    [InlineData("PGPASSWORD=secret psql -c 'SELECT 1'", "PGPASSWORD=*** psql -c 'SELECT 1'")]
    [InlineData("--db-password=\"a b\" --api-key=secret -x", "--db-password=*** --api-key=*** -x")]
    [InlineData("Authorization: Bearer secret", "Authorization: Bearer ***")]
    [InlineData("found surety-key-1:00ff00ff:836a2ac6 in", "found surety-key-1:*** in")]
    [InlineData("SURETY_PASSPHRASE='a b' make", "SURETY_PASSPHRASE=*** make")]
    [InlineData("no password was given", "no password was given")]
    public void Passwords_are_taken_out_of_other_peoples_text(string text, string shown) =>
        Secrets.Hide(text).ShouldBe(shown);

    [Fact]
    public void A_command_is_shown_as_a_shell_takes_it_and_without_its_secrets() =>
        CommandText
            .WithoutSecrets([
                "flyway",
                "-url=jdbc:postgresql://db/shop",
                "--password",
                "secret",
                "--token",
                "-x",
                "it's 5 > 4",
                "",
            ])
            .ShouldBe(@"flyway -url=jdbc:postgresql://db/shop --password *** --token -x 'it'\''s 5 > 4' ''");
}
