using System.Diagnostics;
using Surety.Core.Postgres;
using Surety.Testing;

namespace Surety.IntegrationTests.Faults;

/// <summary>Prunes as processes of their own: killed at any moment, and racing with backups.</summary>
public sealed class PruneKillTests(PrivateServer server) : IClassFixture<PrivateServer>
{
    private const string Rows = """
        CREATE TABLE orders (id int PRIMARY KEY, filling text);
        INSERT INTO orders SELECT i, md5(i::text) FROM generate_series(1, 3000) i;
        """;

    private static readonly string[] Prune = ["prune", "--keep-last", "1", "--grace", "0", "--yes"];
    private static readonly int Rounds = FullRun.Of(4, 60);

    [Fact]
    public async Task A_killed_prune_leaves_whole_backups_only_and_the_next_one_finishes()
    {
        var chance = FullRun.Chance(nameof(PruneKillTests));
        var database = await server.CreateAsync(Rows);
        var whole = TimeSpan.Zero;
        for (var round = 0; round <= Rounds; round++)
        {
            using var folder = await new FaultyFolder().InitAsync();
            var newest = await BackUpAsync(folder, database, 6);
            var watch = Stopwatch.StartNew();
            using var running = SuretyProcess.Start(database, folder.Path, Prune);
            if (round > 0)
            {
                await Task.Delay(whole * chance.NextDouble());
                running.Kill();
            }

            var end = await running.EndAsync();
            if (round == 0)
            {
                end.ExitCode.ShouldBe(0, end.Error);
                whole = watch.Elapsed;
            }

            (await folder.VerifyAsync()).Damaged.ShouldBeEmpty($"kill {round}");
            (await SuretyProcess.RunAsync(database, folder.Path, Prune)).ExitCode.ShouldBe(0, $"kill {round}");
            (await folder.ListAsync()).Select(manifest => manifest.Id.ToString()).ShouldBe([newest], $"kill {round}");
            (await folder.VerifyAsync()).Damaged.ShouldBeEmpty($"kill {round}, and pruned again");
        }
    }

    [Fact]
    public async Task Backups_that_race_with_prunes_stay_whole()
    {
        var database = await server.CreateAsync(Rows);
        using var folder = await new FaultyFolder().InitAsync();
        await BackUpAsync(folder, database, 2);
        for (var round = 0; round < Rounds; round++)
        {
            await PostgresFixture.ExecuteAsync(
                database,
                $"UPDATE orders SET filling = 'x{round}' WHERE id % 7 = {round % 7}"
            );
            var ends = await Task.WhenAll(
                SuretyProcess.RunAsync(database, folder.Path, "backup", "--wait", "2m"),
                SuretyProcess.RunAsync(database, folder.Path, [.. Prune, "--wait", "2m"]),
                SuretyProcess.RunAsync(database, folder.Path, [.. Prune, "--wait", "2m"])
            );

            ends.ShouldAllBe(end => end.ExitCode == 0, string.Join('\n', ends.Select(end => end.Error)));
            (await folder.VerifyAsync()).Damaged.ShouldBeEmpty($"round {round}");
        }
    }

    private static async Task<string> BackUpAsync(FaultyFolder folder, ConnectionTarget database, int count)
    {
        var newest = "";
        for (var i = 0; i < count; i++)
        {
            await PostgresFixture.ExecuteAsync(
                database,
                $"UPDATE orders SET filling = filling || 'y' WHERE id % {i + 2} = 0"
            );
            newest = (await folder.BackupAsync(database)).Id.ToString();
        }

        return newest;
    }
}
