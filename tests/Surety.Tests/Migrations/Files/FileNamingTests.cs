using Surety.Core.Migrations.Files;

namespace Surety.Tests.Migrations.Files;

public sealed class FileNamingTests
{
    [Theory]
    [InlineData("V1__add_email.sql", "Up 1 add email")]
    [InlineData("V1.2__x.sql", "Up 1.2 x")]
    [InlineData("V2024_01_31__x.sql", "Up 2024.1.31 x")]
    [InlineData("U1.2__x.sql", "Down 1.2 x")]
    [InlineData("R__views.sql", "Repeatable  views")]
    [InlineData("001_name.up.sql", "Up 1 name")]
    [InlineData("001_name.down.sql", "Down 1 name")]
    [InlineData("20240101120000_name.sql", "Up 20240101120000 name")]
    [InlineData("1.2_name.sql", "Up 1.2 name")]
    [InlineData("1.2.down.sql", "Down 1.2 ")]
    [InlineData("20240101120000.sql", "Up 20240101120000 ")]
    [InlineData("00000000000000_name/up.sql", "Up 0 name")]
    [InlineData("2024-01-31-120000_name/down.sql", "Down 20240131120000 name")]
    [InlineData("20240101120000_name/migration.sql", "Up 20240101120000 name")]
    public void Everybodys_naming_is_read(string path, string expected)
    {
        var named = FileNaming.Read(path).ShouldNotBeNull();

        $"{named.Role} {named.Version} {named.Name}".ShouldBe(expected);
    }

    [Theory]
    [InlineData("notes.sql")]
    [InlineData("V__x.sql")]
    [InlineData("V1_x.sql")]
    [InlineData("v1__x.sql")]
    [InlineData("1_name/other.sql")]
    [InlineData("1_name/more/up.sql")]
    [InlineData("name/up.sql")]
    public void What_fits_no_naming_is_none(string path) => FileNaming.Read(path).ShouldBeNull();

    [Fact]
    public void Versions_are_compared_as_numbers_however_long_they_are()
    {
        string[] inOrder =
        [
            "0",
            "1",
            "1.1",
            "1.2",
            "1.10",
            "2",
            "10",
            "20240101120000",
            "20240101120000.1",
            // With what some tools put behind the second.
            "202401011200000001",
            "20240101120001",
        ];

        var sorted = inOrder.Reverse().Select(text => MigrationVersion.TryParse(text)!.Value).Order();

        sorted.Select(version => $"{version}").ShouldBe(inOrder);
        MigrationVersion.TryParse("001").ShouldBe(MigrationVersion.TryParse("1.0"));
    }
}
