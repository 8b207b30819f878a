using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Errors;

namespace Surety.Tests.Postgres;

public sealed class ConnectionTargetParserTests
{
    private const string Secret = "s3cr3t";

    [Fact]
    public void A_url_gives_every_part()
    {
        var target = Parse(
            $"postgresql://anna:{Secret}@db.example.com:6000/shop?sslmode=verify-full&sslrootcert=/ca.pem"
        );

        target.Host.ShouldBe("db.example.com");
        target.Port.ShouldBe(6000);
        target.User.ShouldBe("anna");
        target.Password.ShouldBe(Secret);
        target.Database.ShouldBe("shop");
        target.SslMode.ShouldBe(SslMode.VerifyFull);
        target.RootCertificate.ShouldBe("/ca.pem");
    }

    [Theory]
    [InlineData("postgres://u:p%40ss%2Fw%3Ard@h/d", "p@ss/w:rd")]
    [InlineData("postgres://u:a:b@h/d", "a:b")]
    [InlineData("postgres://u:a@b@h/d", "a@b")]
    [InlineData("postgres://u:a+b@h/d", "a+b")]
    [InlineData("postgres://u:gr%C3%BC%C3%9Fe@h/d", "grüße")]
    [InlineData("postgres://u:🔑ü@h/d", "🔑ü")]
    [InlineData("postgres://u@h/d?password=100%25", "100%")]
    [InlineData(@"host=h dbname=d user=u password='it\'s a \\ ='", @"it's a \ =")]
    [InlineData(@"host = h  dbname=d user=u password=a\ b", "a b")]
    [InlineData("host=h dbname=d user=u password='' ", null)]
    public void Passwords_arrive_as_they_were_meant(string text, string? password)
    {
        var target = Parse(text);

        target.Password.ShouldBe(password);
        target.Host.ShouldBe("h");
        target.Database.ShouldBe("d");
        target.User.ShouldBe("u");
    }

    [Theory]
    [InlineData("postgres://u@[::1]:6000/d", "::1", 6000)]
    [InlineData("postgres://u@[2001:db8::1]/d", "2001:db8::1", 5432)]
    [InlineData("postgres://u@/d?host=/run/pg&port=6001", "/run/pg", 6001)]
    [InlineData("postgres://u@%2Frun%2Fpg:6002/d", "/run/pg", 6002)]
    [InlineData("postgres://u@named/d?hostaddr=10.0.0.1", "10.0.0.1", 5432)]
    [InlineData("host=/run/pg user=u dbname=d", "/run/pg", 5432)]
    public void Hosts_may_be_names_addresses_and_socket_folders(string text, string host, int port)
    {
        var target = Parse(text);

        target.Host.ShouldBe(host);
        target.Port.ShouldBe(port);
        target.User.ShouldBe("u");
        target.Database.ShouldBe("d");
    }

    [Fact]
    public void A_bare_word_is_a_database_name()
    {
        var target = Parse("shop", ("PGHOST", "h"), ("PGUSER", "anna"));

        target.ToString().ShouldBe("postgres://anna@h:5432/shop");
    }

    [Fact]
    public void Without_anything_the_defaults_are_those_of_libpq()
    {
        var target = Parse(null);

        target.User.ShouldBe(Environment.UserName);
        target.Database.ShouldBe(target.User);
        target.Port.ShouldBe(5432);
        target.SslMode.ShouldBe(SslMode.Prefer);
        target.Host.ShouldBe(Directory.Exists("/var/run/postgresql") ? "/var/run/postgresql" : "localhost");
    }

    [Fact]
    public void The_environment_completes_what_the_text_leaves_out()
    {
        var target = Parse(
            "postgres://h1/",
            ("PGHOST", "h2"),
            ("PGPORT", "6000"),
            ("PGDATABASE", "shop"),
            ("PGUSER", "anna"),
            ("PGPASSWORD", Secret),
            ("PGSSLMODE", "disable"),
            ("PGSSLCERT", "/c.pem"),
            ("PGSSLKEY", "/k.pem"),
            ("PGOPTIONS", "-c work_mem=1MB"),
            ("PGCHANNELBINDING", "require"),
            ("PGCONNECT_TIMEOUT", "3")
        );

        target.ShouldBe(
            new ConnectionTarget
            {
                Host = "h1",
                Port = 6000,
                Database = "shop",
                User = "anna",
                Password = Secret,
                SslMode = SslMode.Disable,
                ClientCertificate = "/c.pem",
                ClientKey = "/k.pem",
                Options = "-c work_mem=1MB",
                ChannelBinding = ChannelBinding.Require,
                ConnectTimeout = TimeSpan.FromSeconds(3),
            }
        );
    }

    [Theory]
    [InlineData("require", null, SslMode.Require)]
    [InlineData("require", "/ca.pem", SslMode.VerifyCA)]
    [InlineData("allow", null, SslMode.Allow)]
    [InlineData("verify-ca", "/ca.pem", SslMode.VerifyCA)]
    public void An_authority_that_is_named_is_used(string mode, string? root, SslMode expected) =>
        Parse($"host=h sslmode={mode}" + (root is null ? "" : $" sslrootcert={root}")).SslMode.ShouldBe(expected);

    [Fact]
    public void The_systems_authorities_ask_for_full_verification()
    {
        Parse("host=h sslrootcert=system").SslMode.ShouldBe(SslMode.VerifyFull);
        Refusal("host=h sslrootcert=system sslmode=require")
            .ShouldBe("sslrootcert=system does not go with sslmode=require; nothing was changed");
    }

    [Theory]
    [InlineData($"postgres://u:{Secret}@h/d?pgbouncer=true", "the connection parameter \"pgbouncer\" is not known")]
    [InlineData($"host=h pasword={Secret}", "the connection parameter \"pasword\" is not known")]
    [InlineData($"postgres://u:{Secret}@a,b/d", "the connection parameter \"host\" names several servers")]
    [InlineData($"host=h port=5432,5433 password={Secret}", "the connection parameter \"port\" names several servers")]
    [InlineData($"postgres://u:{Secret}@h:65536/d", "the connection parameter \"port\" is not a port number")]
    [InlineData($"postgres://u:{Secret}@h/d?sslmode=on", "the connection parameter \"sslmode\" has an unknown value")]
    [InlineData($"postgres://u:{Secret}@h/d?sslmode", "the connection parameter \"sslmode\" has no value")]
    [InlineData(
        $"postgres://u:{Secret}%zz@h/d",
        "the percent-encoding of \"password\" in the database URL is malformed"
    )]
    [InlineData(
        $"postgres://u:{Secret}%00@h/d",
        "the percent-encoding of \"password\" in the database URL is malformed"
    )]
    [InlineData($"postgres://u:{Secret}@[::1/d", "the IPv6 address in the database URL is not closed by a bracket")]
    [InlineData($"mysql://u:{Secret}@h/d", "a database URL can't start with mysql://")]
    [InlineData($"host=h password='{Secret}", "the quoted value of \"password\" does not end")]
    [InlineData($"host=h {Secret} user=u", "the connection string is not of the form name=value name=value")]
    [InlineData("host=h service=shop", "the service \"shop\" is not in any service file")]
    [InlineData("host=h target_session_attrs=read-write", "target_session_attrs=read-write is not supported")]
    [InlineData("host=h gssencmode=require", "gssencmode=require is not supported")]
    public void A_mistake_is_named_without_the_password(string text, string fact)
    {
        var refused = Should.Throw<SuretyException>(() => Parse(text));

        refused.Code.ShouldBe(ErrorCode.InvalidArgument);
        refused.Message.ShouldBe($"{fact}; nothing was changed");
        (refused.Message + refused.Hint).ShouldNotContain(Secret);
    }

    [Fact]
    public void A_service_stands_between_the_text_and_the_environment()
    {
        using var folder = new PrivateFolder();
        folder.Write(
            ".pg_service.conf",
            "# services\n[other]\nhost=wrong\n\n[shop]\nhost=h\nport=6000\nuser = anna\n[more]\nport=1\n"
        );

        var target = Parse(
            "postgres:///d?service=shop",
            ("HOME", folder.Path),
            ("PGPORT", "7000"),
            ("PGSSLMODE", "require")
        );

        target.ToString().ShouldBe("postgres://anna@h:6000/d");
        target.SslMode.ShouldBe(SslMode.Require);
    }

    [Fact]
    public void The_certificates_in_the_home_folder_are_found_as_by_libpq()
    {
        using var folder = new PrivateFolder();
        foreach (var name in (string[])["root.crt", "postgresql.crt", "postgresql.key"])
        {
            folder.Write($".postgresql/{name}", "");
        }

        var target = Parse("host=h sslmode=verify-full", ("HOME", folder.Path));

        target.RootCertificate.ShouldBe($"{folder.Path}/.postgresql/root.crt");
        target.ClientCertificate.ShouldBe($"{folder.Path}/.postgresql/postgresql.crt");
        target.ClientKey.ShouldBe($"{folder.Path}/.postgresql/postgresql.key");
    }

    private static string Refusal(string text) => Should.Throw<SuretyException>(() => Parse(text)).Message;

    private static ConnectionTarget Parse(string? text, params (string Name, string? Value)[] environment) =>
        ConnectionTargetParser.Parse(text, environment.ToDictionary(entry => entry.Name, entry => entry.Value));
}
