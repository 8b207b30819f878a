using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;

namespace Surety.Tests.Postgres.Tools;

public sealed class ToolChoiceTests
{
    private static readonly HashSet<PostgresTool> Client =
    [
        PostgresTool.PgDump,
        PostgresTool.PgDumpAll,
        PostgresTool.PgRestore,
        PostgresTool.Psql,
    ];

    private static readonly HashSet<PostgresTool> Server =
    [
        PostgresTool.InitDb,
        PostgresTool.PgCtl,
        PostgresTool.Postgres,
    ];

    [Theory]
    [InlineData(15, "15.18")]
    [InlineData(16, "17.2")]
    [InlineData(17, "17.2")]
    [InlineData(14, "15.18")]
    [InlineData(18, "18.0")]
    public void A_server_gets_the_pg_dump_of_its_major_version_else_of_the_lowest_newer_one(int server, string expected)
    {
        var inventory = Installed(
            Tools("18.0", Client),
            Tools("17.2", Client),
            Tools("15.18", Client),
            Tools("13.9", Client)
        );

        inventory.ClientFor(server).Version.ToString().ShouldBe(expected);
    }

    [Fact]
    public void Of_two_of_one_major_version_the_newer_minor_is_taken()
    {
        var inventory = Installed(Tools("15.2", Client), Tools("15.18", Client), Tools("15.4", Client));

        inventory.ClientFor(15).Version.ShouldBe(new ToolVersion(15, 18));
    }

    [Fact]
    public void A_folder_with_pg_dump_but_without_pg_restore_is_no_client()
    {
        var inventory = Installed(
            Tools("15.18", new HashSet<PostgresTool> { PostgresTool.PgDump }),
            Tools("16.1", Client)
        );

        inventory.ClientFor(15).Version.ShouldBe(new ToolVersion(16, 1));
    }

    [Fact]
    public void Without_a_wish_a_scratch_server_is_of_the_newest_version()
    {
        var inventory = Installed(Tools("18.0", Client), Tools("17.2", Server), Tools("15.18", Server));

        inventory.Server(null).Version.ShouldBe(new ToolVersion(17, 2));
        inventory.Server(15).Version.ShouldBe(new ToolVersion(15, 18));
        inventory.Server(16).Version.ShouldBe(new ToolVersion(17, 2));
    }

    [Fact]
    public void A_missing_client_is_an_error_that_says_what_was_found_and_what_to_install()
    {
        var broken = new UnusableTools("/opt/broken", "pg_dump failed with exit code 1: it printed no reason");
        var inventory = new ToolInventory([Tools("15.18", Client)], [broken]);

        var problem = Should.Throw<SuretyException>(() => inventory.ClientFor(17));

        problem.Code.ShouldBe(ErrorCode.ToolMissing);
        problem.Message.ShouldBe(
            "no pg_dump that can read a PostgreSQL 17 server is installed; found: 15.18 (client only) in /pg/15.18, "
                + "an unusable one in /opt/broken (pg_dump failed with exit code 1: it printed no reason); nothing was changed"
        );
        problem.Hint.ShouldNotBeNull().ShouldContain("17");
        problem.Hint.ShouldContain("SURETY_PG_BIN");
    }

    [Fact]
    public void A_missing_server_is_an_error_too()
    {
        var problem = Should.Throw<SuretyException>(() => new ToolInventory([], []).Server(16));

        problem.Code.ShouldBe(ErrorCode.ToolMissing);
        problem.Message.ShouldBe(
            "a scratch server needs the server programs of PostgreSQL 16 or newer, which are not installed; "
                + "found none at all; nothing was changed"
        );
    }

    private static ToolInventory Installed(params PostgresTools[] tools) =>
        new([.. tools.OrderByDescending(one => one.Version)], []);

    private static PostgresTools Tools(string version, IReadOnlySet<PostgresTool> programs)
    {
        ToolVersion.TryParse($"pg_dump (PostgreSQL) {version}", out var parsed).ShouldBeTrue();
        return new PostgresTools($"/pg/{version}", parsed, programs);
    }
}
