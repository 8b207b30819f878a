using Surety.Core.Postgres;

namespace Surety.Tests.Postgres;

public sealed class PasswordFileTests : IDisposable
{
    private readonly PrivateFolder home = new();
    private readonly List<string> warnings = [];

    [Theory]
    [InlineData("h:5432:d:u:yes", "yes")]
    [InlineData("*:*:*:*:yes", "yes")]
    [InlineData("# h:5432:d:u:no\nh:5432:d:u:yes", "yes")]
    [InlineData("h:5433:d:u:no\nh:5432:other:u:no\n*:5432:d:u:yes\nh:5432:d:u:late", "yes")]
    [InlineData(@"h:5432:d:u:a\:b\\c", @"a:b\c")]
    [InlineData("h:5432:d:u:yes:what follows is ignored", "yes")]
    [InlineData("h:5432:d:someone:no", null)]
    [InlineData(@"\*:5432:d:u:no", null)]
    [InlineData("h:5432:d:u", null)]
    [InlineData("", null)]
    public void The_first_line_that_matches_gives_the_password(string lines, string? password)
    {
        home.Write(".pgpass", lines + "\n");

        Password("postgres://u@h/d").ShouldBe(password);
        warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/var/run/postgresql", "default")]
    [InlineData("/tmp", "default")]
    [InlineData("/srv/pg", "named")]
    [InlineData("localhost", "default")]
    public void A_socket_in_the_default_folder_is_called_localhost(string host, string password)
    {
        home.Write(".pgpass", "localhost:5432:d:u:default\n/srv/pg:5432:d:u:named\n");

        Password($"host={host} user=u dbname=d").ShouldBe(password);
    }

    [Fact]
    public void A_colon_in_a_host_is_written_with_a_backslash()
    {
        home.Write(".pgpass", @"\:\:1:5432:d:u:yes");

        Password("postgres://u@[::1]/d").ShouldBe("yes");
    }

    [Fact]
    public void A_password_that_is_given_goes_first()
    {
        home.Write(".pgpass", "*:*:*:*:file");

        Password("postgres://u:url@h/d").ShouldBe("url");
        Password("postgres://u@h/d", ("PGPASSWORD", "environment")).ShouldBe("environment");
    }

    [Fact]
    public void PGPASSFILE_names_another_file()
    {
        home.Write(".pgpass", "*:*:*:*:no");
        var other = home.Write("other", "*:*:*:*:yes");

        Password("postgres://u@h/d", ("PGPASSFILE", other)).ShouldBe("yes");
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_may_use_is_ignored_with_a_warning(UnixFileMode others)
    {
        var file = home.Write(".pgpass", "*:*:*:*:s3cr3t", UnixFileMode.UserRead | UnixFileMode.UserWrite | others);

        Password("postgres://u@h/d").ShouldBeNull();
        warnings.ShouldBe([$"the password file {file} was ignored: others may read it; run chmod 600 on it"]);
    }

    public void Dispose() => home.Dispose();

    private string? Password(string text, params (string Name, string? Value)[] environment)
    {
        var variables = environment.ToDictionary(entry => entry.Name, entry => entry.Value);
        variables["HOME"] = home.Path;
        return ConnectionTargetParser.Parse(text, variables, warnings.Add).Password;
    }
}
