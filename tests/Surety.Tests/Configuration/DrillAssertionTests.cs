using Surety.Core.Drill;
using Surety.Repository.Errors;

namespace Surety.Tests.Configuration;

public sealed class DrillAssertionTests : IDisposable
{
    private const string File = """
        databases:
          shop:
            url: postgres://db/shop
            drill:
              assertions:
                - SELECT count(*) > 0 FROM orders WHERE place = '${PLACE}'
                - name: orders of the day
                  sql: SELECT count(*) FROM orders
                  expect: 12
          blog:
            url: ${BLOG_URL}
        """;

    private const string Twin = """

          shop-staging:
            url: postgres://staging/shop
            drill: { assertions: [SELECT 1 = 1] }
        """;

    private readonly SettingsFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_query_alone_has_to_give_true_and_shows_no_variable()
    {
        folder.Write(File);

        folder
            .Load(null, null, null, ("PLACE", "s3cret"))
            .FindDrillAssertions("shop")
            .ShouldBe([
                new DrillAssertion(
                    "SELECT count(*) > 0 FROM orders WHERE place = '${PLACE}'",
                    "SELECT count(*) > 0 FROM orders WHERE place = 's3cret'",
                    "true"
                ),
                new DrillAssertion("orders of the day", "SELECT count(*) FROM orders", "12"),
            ]);
    }

    [Fact]
    public void Only_those_of_the_database_of_the_backup_are_meant()
    {
        folder.Load().FindDrillAssertions("shop").ShouldBeEmpty();
        folder.Write(File);

        folder.Load().FindDrillAssertions("blog").ShouldBeEmpty();
    }

    [Fact]
    public void Where_two_databases_have_one_name_the_one_that_is_named_is_meant()
    {
        folder.Write(File + Twin);

        var doubt = Should.Throw<SuretyException>(() => folder.Load().FindDrillAssertions("shop"));

        doubt.Code.ShouldBe(ErrorCode.InvalidConfiguration);
        doubt.Message.ShouldBe(
            "surety.yaml:14: several databases are called shop on their servers and have assertions: shop, shop-staging; nothing was done"
        );
        doubt.Hint.ShouldBe("choose one: --db shop, --db shop-staging");
        folder.Load("shop-staging").FindDrillAssertions("shop").ShouldHaveSingleItem().Sql.ShouldBe("SELECT 1 = 1");
    }
}
