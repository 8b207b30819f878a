using System.Net.Http.Json;
using Surety.ServerTests.Api;
using Surety.Testing;

namespace Surety.ServerTests.Dashboard;

/// <summary>What the page of a run offers next.</summary>
public sealed class RunPageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_plan_of_a_part_of_the_database_is_not_carried_out_as_one_of_all_of_it()
    {
        var database = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        await PostgresFixture.ExecuteAsync(database, "CREATE SCHEMA aside");
        using var setup = new ServerSetup().Database("shop", database);
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop");
        await PostgresFixture.ExecuteAsync(database, "DELETE FROM order_items");

        (await PageOfPlanAsync(server, new { })).ShouldContain("Roll back now");
        foreach (
            var part in new object[]
            {
                new { tables = new[] { "order_items" } },
                new { schemas = new[] { "public" } },
                new { excludedSchemas = new[] { "aside" } },
            }
        )
        {
            var page = await PageOfPlanAsync(server, part);
            page.ShouldContain("by the API or the command line");
            page.ShouldNotContain("Roll back now");
        }
    }

    private static async Task<string> PageOfPlanAsync(RunningServer server, object options)
    {
        var plan = await ApiServer.ResultAsync(
            await server.Client.PostAsJsonAsync("/api/v1/databases/shop/backups/latest/rollback-plan?wait=120", options)
        );
        plan.GetProperty("state").GetString().ShouldBe("done", plan.ToString());
        plan.GetProperty("result").GetProperty("refusals").GetArrayLength().ShouldBe(0, plan.ToString());
        return await server.Client.GetStringAsync($"/runs/{plan.GetProperty("id").GetString()}");
    }
}
