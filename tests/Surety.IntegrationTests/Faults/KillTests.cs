using System.Diagnostics;
using Surety.Core.Postgres;
using Surety.Repository.Manifests;
using Surety.Repository.Verify;
using Surety.Testing;

namespace Surety.IntegrationTests.Faults;

/// <summary><c>kill -9</c> at any moment of a backup or a restore, as a process of its own.</summary>
public sealed class KillTests(PrivateServer server) : IClassFixture<PrivateServer>
{
    private const string Rows = """
        CREATE TABLE small (id int PRIMARY KEY, name text);
        INSERT INTO small SELECT i, 'name ' || i FROM generate_series(1, 1000) i;
        CREATE TABLE large (id int PRIMARY KEY, filling text);
        INSERT INTO large SELECT i, md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text)
        FROM generate_series(1, 120000) i;
        """;

    private static readonly int Kills = FullRun.Of(6, 60);

    [Fact]
    public async Task A_killed_backup_leaves_whole_backups_only_and_the_next_one_goes_on_from_it()
    {
        var chance = FullRun.Chance(nameof(KillTests));
        var database = await server.CreateAsync(Rows);
        var whole = await MeasureAsync(database, (await new FaultyFolder().InitAsync()).Path, "backup");
        for (var i = 1; i <= Kills; i++)
        {
            using var folder = await new FaultyFolder().InitAsync();
            var moment = whole * chance.NextDouble();
            await KillAsync(moment, database, folder.Path, "backup");

            await ShouldGoOnAsync(folder, database, $"kill {i} after {moment}");
            await server.NobodyIsConnectedAsync();
        }
    }

    [Fact]
    public async Task A_killed_restore_leaves_no_half_database_under_its_name_and_the_next_one_names_what_is_left()
    {
        var chance = FullRun.Chance(nameof(KillTests));
        var database = await server.CreateAsync(Rows);
        using var folder = await new FaultyFolder().InitAsync();
        var manifest = await folder.BackupAsync(database);
        var whole = await MeasureAsync(database, folder.Path, "restore", "latest", "--into", "restored_whole");
        for (var i = 1; i <= Kills; i++)
        {
            var target = server.Target.WithDatabase($"restored_{i}");
            var moment = whole * chance.NextDouble();
            await KillAsync(moment, database, folder.Path, "restore", "latest", "--into", target.Database);

            await server.NobodyIsConnectedAsync();
            await ShouldBeWholeOrAbsentAsync(target, $"kill {i} after {moment}");
            await ShouldNameWhatIsLeftAsync(folder, manifest, $"after_{i}");
        }
    }

    private static async Task<TimeSpan> MeasureAsync(ConnectionTarget database, string folder, params string[] command)
    {
        var watch = Stopwatch.StartNew();
        var result = await SuretyProcess.RunAsync(database, folder, command);
        result.ExitCode.ShouldBe(0, result.Error);
        return watch.Elapsed;
    }

    private static async Task KillAsync(
        TimeSpan moment,
        ConnectionTarget database,
        string folder,
        params string[] command
    )
    {
        using var running = SuretyProcess.Start(database, folder, command);
        await Task.Delay(moment);
        running.Kill();
        await running.EndAsync();
    }

    private static async Task ShouldGoOnAsync(FaultyFolder folder, ConnectionTarget database, string when)
    {
        var left = folder.Objects().Select(Path.GetFileName).ToHashSet();
        var before = await folder.ListAsync();
        before.Damaged.ShouldBeEmpty(when);
        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty(when);

        var next = await folder.BackupAsync(database);

        var named = NamedObjects.Of(next, await folder.ContentsAsync(next)).Select(id => $"{id}").ToHashSet();
        next.Figures.Objects.ShouldBe(named.Count, when);
        next.Figures.NewObjects.ShouldBe(named.Count(id => !left.Contains(id)), when);
        (await folder.ListAsync()).Count.ShouldBe(before.Count + 1, when);
        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty(when);
    }

    private static async Task ShouldBeWholeOrAbsentAsync(ConnectionTarget target, string when)
    {
        var exists = await PostgresFixture.ScalarAsync<long>(
            target.WithDatabase("postgres"),
            $"SELECT count(*) FROM pg_database WHERE datname = '{target.Database}'"
        );
        if (exists > 0)
        {
            var rows = "SELECT (SELECT count(*) FROM small) + (SELECT count(*) FROM large)";
            (await PostgresFixture.ScalarAsync<long>(target, rows)).ShouldBe(121_000, when);
        }
    }

    private async Task ShouldNameWhatIsLeftAsync(FaultyFolder folder, Manifest manifest, string name)
    {
        var left = (await server.DatabasesAsync()).Where(d => d.StartsWith("surety_restore_")).ToList();
        var next = server.Target.WithDatabase(name);

        var report = await folder.RestoreAsync(manifest.Id.ToString(), next);

        report.Warnings.ShouldBe(
            left.Select(d =>
                $"database \"{d}\" is left of a restore that was killed, and nobody uses it; to remove it: DROP DATABASE \"{d}\";"
            )
        );
        foreach (var database in left.Append(name))
        {
            await PostgresFixture.ExecuteAsync(server.Target, $"DROP DATABASE {database}");
        }
    }
}
