using Surety.Server.Runs;
using Surety.ServerTests.Scheduling;
using Surety.Testing;

namespace Surety.ServerTests.Api;

/// <summary>What changes a database and its repository, asked for by several at the same moment.</summary>
[Collection(nameof(ApiServer))]
public sealed class ConcurrentCallsTests(ApiServer server)
{
    [Fact]
    public async Task Rollbacks_backups_and_prunes_asked_for_at_once_do_not_overlap_and_each_ends_well()
    {
        await PostgresFixture.ExecuteAsync(server.Shop, "DELETE FROM suppliers WHERE id > 7");
        var shop = new { confirm = server.Shop.Database };
        (string Path, object Body)[] calls =
        [
            ($"shop/backups/{server.Backup}/rollback", shop),
            ("shop/backups", new { }),
            ("shop/prune", shop),
            ("other/backups", new { }),
            ($"shop/backups/{server.Backup}/rollback", shop),
            ("other/prune", new { confirm = server.Other.Database }),
        ];

        var answers = await Task.WhenAll(
            calls.Select(call => server.PostAsync("admin", $"databases/{call.Path}?wait=300", call.Body))
        );

        var ids = new HashSet<RunId>();
        foreach (var answer in answers)
        {
            var run = await ApiServer.ResultAsync(answer);
            run.GetProperty("state").GetString().ShouldBe("done", run.ToString());
            ids.Add(RunId.TryParse(run.GetProperty("id").GetString(), out var id) ? id : default);
        }

        ids.Count.ShouldBe(calls.Length);
        var runs = await server.Server.Get<IRunStore>().ListAsync(new RunFilter { Limit = 1000 }, default);
        RunWaits.Overlaps([.. runs.Where(run => ids.Contains(run.Id))]).ShouldBe(0);
        (await PostgresFixture.ScalarAsync<long>(server.Shop, "SELECT count(*) FROM suppliers")).ShouldBe(40);
        var verified = await ApiServer.ResultAsync(
            await server.PostAsync("admin", "databases/shop/verify?wait=300", new { })
        );
        verified.GetProperty("state").GetString().ShouldBe("done", verified.ToString());
    }
}
