using System.Diagnostics;
using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Progress;
using Surety.IntegrationTests.Faults;
using Surety.Repository.Manifests;
using Surety.Testing;

namespace Surety.IntegrationTests.Rollback;

/// <summary>
/// <c>kill -9</c> of Surety, and a hard stop of the server, at any moment of a rollback: the database is what it was or
/// the backup, whole, under its own name.
/// </summary>
public sealed class RollbackKillTests(PrivateServer server) : IClassFixture<PrivateServer>
{
    private const string Rows = """
        CREATE TABLE small (id int PRIMARY KEY, name text);
        INSERT INTO small SELECT i, 'name ' || i FROM generate_series(1, 1000) i;
        CREATE TABLE large (id int PRIMARY KEY, filling text);
        INSERT INTO large SELECT i, md5(i::text) FROM generate_series(1, 40000) i;
        """;
    private const string RowDamage = """
        DELETE FROM large WHERE id % 3 = 0;
        UPDATE small SET name = 'lost' WHERE id % 2 = 0;
        INSERT INTO small VALUES (0, 'new');
        """;
    private const string SchemaDamage = """
        ALTER TABLE small DROP COLUMN name;
        DELETE FROM large WHERE id % 3 = 0;
        CREATE TABLE novelty AS SELECT 1 AS one;
        """;

    private static readonly int Kills = FullRun.Of(4, 50);

    [Theory]
    [InlineData("rewind", RowDamage)]
    [InlineData("swap", SchemaDamage)]
    [InlineData("replace", SchemaDamage)]
    public async Task It_is_the_state_before_or_the_backup_and_never_between(string strategy, string damage)
    {
        var chance = FullRun.Chance($"{nameof(RollbackKillTests)} {strategy}");
        using var folder = await new FaultyFolder().InitAsync();
        var database = await server.CreateAsync(Rows);
        var backup = await folder.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(database, damage);
        var before = await folder.BackupAsync(database);
        var whole = await MeasureAsync(database, folder, strategy, backup);
        for (var i = 1; i <= Kills; i++)
        {
            var target = await CopyAsync(database);
            var moment = whole * chance.NextDouble();
            var when = $"{strategy}, kill {i} after {moment}";
            await InterruptAsync(moment, hard: i % 4 == 0, target, folder, strategy, backup);

            await server.NobodyIsConnectedAsync();
            await ShouldBeOneOrTheOtherAsync(target, backup, before, folder, when);
            await ShouldNameWhatIsLeftAsync(target, folder, when);
        }

        (await folder.ListAsync()).Damaged.ShouldBeEmpty();
        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty();
    }

    /// <summary>Rolls back a copy to its end, so that moments can be chosen within.</summary>
    private async Task<TimeSpan> MeasureAsync(
        ConnectionTarget database,
        FaultyFolder folder,
        string strategy,
        Manifest backup
    )
    {
        var copy = await CopyAsync(database);
        var watch = Stopwatch.StartNew();
        var result = await SuretyProcess.RunAsync(copy, folder.Path, Arguments(strategy, backup));
        result.ExitCode.ShouldBe(0, result.Error);
        return watch.Elapsed;
    }

    private async Task<ConnectionTarget> CopyAsync(ConnectionTarget database)
    {
        var copy = database.WithDatabase($"{database.Database}_copy");
        await RemoveAllButAsync(database.Database);
        await PostgresFixture.ExecuteAsync(
            server.Target,
            $"CREATE DATABASE {copy.Database} TEMPLATE {database.Database}"
        );
        return copy;
    }

    private async Task InterruptAsync(
        TimeSpan moment,
        bool hard,
        ConnectionTarget target,
        FaultyFolder folder,
        string strategy,
        Manifest backup
    )
    {
        using var running = SuretyProcess.Start(target, folder.Path, Arguments(strategy, backup));
        await Task.Delay(moment);
        if (hard)
        {
            await server.StopHardAsync();
            await server.StartAsync();
        }
        else
        {
            running.Kill();
        }

        await running.EndAsync();
    }

    private static async Task ShouldBeOneOrTheOtherAsync(
        ConnectionTarget target,
        Manifest backup,
        Manifest before,
        FaultyFolder folder,
        string when
    )
    {
        var isBackup = await EqualsAsync(target, backup, folder);
        if (!isBackup)
        {
            (await EqualsAsync(target, before, folder)).ShouldBeTrue(when);
        }
    }

    private static Task<bool> EqualsAsync(ConnectionTarget target, Manifest manifest, FaultyFolder folder) =>
        folder.UseAsync(async r =>
        {
            var validation = new DatabaseValidation(r, PostgresFixture.Locator, new OperationProgress());
            return (await validation.RunAsync(manifest, target, 2, CancellationToken.None)).Exact;
        });

    private async Task ShouldNameWhatIsLeftAsync(ConnectionTarget target, FaultyFolder folder, string when)
    {
        var left = (await server.DatabasesAsync()).Where(d => d.StartsWith("surety_rollback_")).ToList();
        if (left.Count > 0)
        {
            var doctor = await SuretyProcess.RunAsync(target, folder.Path, "doctor");
            foreach (var database in left)
            {
                doctor.Output.ShouldContain(
                    $"database \\\"{database}\\\" is left of a rollback that was killed, and nobody uses it",
                    customMessage: when
                );
            }
        }
    }

    private async Task RemoveAllButAsync(string kept)
    {
        var others = (await server.DatabasesAsync()).Where(d =>
            d != kept && (d.StartsWith(kept) || d.StartsWith("surety_"))
        );
        foreach (var name in others)
        {
            await PostgresFixture.ExecuteAsync(server.Target, $"DROP DATABASE \"{name}\" WITH (FORCE)");
        }
    }

    private static string[] Arguments(string strategy, Manifest backup) =>
        ["rollback", $"{backup.Id}", "--strategy", strategy, "--yes"];
}
