using Surety.Core.Postgres.Tools;

namespace Surety.Tests.Postgres.Tools;

public sealed class ToolVersionTests
{
    [Theory]
    [InlineData("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15, 18)]
    [InlineData("postgres (PostgreSQL) 18.0", 18, 0)]
    [InlineData("pg_dump (PostgreSQL) 19beta2", 19, 0)]
    [InlineData("pg_dump (PostgreSQL) 19devel", 19, 0)]
    [InlineData("psql (PostgreSQL) 9.6.24", 9, 6)]
    public void What_PostgreSQL_programs_print_is_read(string printed, int major, int minor)
    {
        ToolVersion.TryParse(printed, out var version).ShouldBeTrue();
        version.ShouldBe(new ToolVersion(major, minor));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pg_dump 15.18")]
    [InlineData("pg_dump (SomethingElse) 15.18")]
    [InlineData("pg_dump (PostgreSQL) fifteen")]
    public void Anything_else_is_no_version(string printed) => ToolVersion.TryParse(printed, out _).ShouldBeFalse();

    [Fact]
    public void Versions_sort_by_number_not_by_text() =>
        new[] { new ToolVersion(9, 6), new ToolVersion(15, 18), new ToolVersion(15, 4) }
            .Order()
            .Select(version => version.ToString())
            .ShouldBe(["9.6", "15.4", "15.18"]);
}
