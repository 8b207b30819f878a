using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Tests.Postgres;

public sealed class ConnectionFormsTests
{
    private static readonly ConnectionTarget Target = new()
    {
        Host = "db.example.com",
        Port = 6000,
        Database = "shop",
        User = "anna",
        Password = "s3cr3t",
        SslMode = SslMode.VerifyFull,
        RootCertificate = "/ca.pem",
        Options = "-c work_mem=1MB",
    };

    [Fact]
    public void The_environment_tells_a_tool_everything()
    {
        var environment = Target.ToEnvironment("surety backup");

        environment["PGHOST"].ShouldBe("db.example.com");
        environment["PGPORT"].ShouldBe("6000");
        environment["PGDATABASE"].ShouldBe("shop");
        environment["PGUSER"].ShouldBe("anna");
        environment["PGPASSWORD"].ShouldBe("s3cr3t");
        environment["PGSSLMODE"].ShouldBe("verify-full");
        environment["PGSSLROOTCERT"].ShouldBe("/ca.pem");
        environment["PGOPTIONS"].ShouldBe("-c work_mem=1MB");
        environment["PGAPPNAME"].ShouldBe("surety backup");
        environment["PGCHANNELBINDING"].ShouldBe("prefer");
    }

    [Fact]
    public void The_parser_reads_the_environment_back_as_the_same_target()
    {
        ConnectionTargetParser.Parse(null, Target.ToEnvironment()!).ShouldBe(Target);
    }

    [Fact]
    public void Npgsql_gets_one_session_per_connection_and_no_details_of_errors()
    {
        var builder = Target.ToNpgsql("surety backup");

        builder.Pooling.ShouldBeFalse();
        builder.IncludeErrorDetail.ShouldBeFalse();
        builder.CommandTimeout.ShouldBe(0);
        builder.Timeout.ShouldBe(15);
        builder.ApplicationName.ShouldBe("surety backup");
        builder.SslMode.ShouldBe(SslMode.VerifyFull);
        builder.RootCertificate.ShouldBe("/ca.pem");
        builder.Options.ShouldBe("-c work_mem=1MB");
    }

    [Fact]
    public void A_target_in_print_has_no_password()
    {
        Target.ToString().ShouldBe("postgres://anna@db.example.com:6000/shop");
        (Target with { Host = "/srv/pg" }).ToString().ShouldBe("postgres://anna@/shop?host=/srv/pg&port=6000");
        (Target with { Host = "::1" }).ToString().ShouldBe("postgres://anna@[::1]:6000/shop");
    }
}
