using Surety.Testing;

namespace Surety.ServerTests.Api;

/// <summary>The journals of several repositories, of which one cannot be read.</summary>
public sealed class JournalTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_repository_that_is_gone_hides_no_other_and_is_named()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup()
            .Database("shop", shop)
            .Repository("second")
            .Database("other", shop, "repository: second");
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop");
        Directory.Move(setup.RepositoryPath("second"), $"{setup.RepositoryPath("second")}.away");

        var journal = await ApiServer.ResultAsync(await server.Client.GetAsync("/api/v1/journal"));
        journal
            .GetProperty("records")
            .EnumerateArray()
            .Select(record => record.GetProperty("operation").GetString())
            .ShouldContain("backup");
        var unread = journal.GetProperty("unread").EnumerateArray().ShouldHaveSingleItem();
        unread.GetProperty("database").GetString().ShouldBe("other");
        unread.GetProperty("problem").GetProperty("code").GetString().ShouldBe("repository-not-found");

        // Where nothing at all can be read, an empty page would say that nothing was done.
        await ApiServer.ProblemAsync(
            await server.Client.GetAsync("/api/v1/journal?database=other"),
            500,
            "repository-not-found"
        );
        (await server.Client.GetStringAsync("/journal")).ShouldContain("other: ");
    }
}
