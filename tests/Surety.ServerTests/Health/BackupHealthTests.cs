using Surety.Core;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Manifests;
using Surety.Server.Health;
using Surety.Server.Runs;
using Surety.Server.Served;
using Surety.Testing;

namespace Surety.ServerTests.Health;

public sealed class BackupHealthTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_database_is_well_once_its_newest_backup_is_proven_and_young_enough()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup().Database("shop", shop, "targets:\n  rpo: 1h\n  rto: 30m");
        await using var server = await RunningServer.StartAsync(setup);

        (await ShopAsync(server)).Faults.ShouldBe([HealthFault.Missing]);

        (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
        var unproven = await ShopAsync(server);
        unproven.Faults.ShouldBe([HealthFault.Stale, HealthFault.Unproven]);
        unproven.Newest.ShouldNotBeNull();
        unproven.NewestProven.ShouldBeNull();

        (await server.RunAsync("drill", "shop")).State.ShouldBe(RunState.Done);
        var well = await ShopAsync(server);
        well.Faults.ShouldBeEmpty();
        well.Rpo.ShouldBe(TargetState.Met);
        well.Rto.ShouldBe(TargetState.Met);
        well.RestoreSeconds.ShouldNotBeNull().ShouldBeGreaterThan(0);
        well.Success.ShouldBe(new SuccessRate(1, 0));
        well.LastRun!.Request.Operation.ShouldBe("drill");
    }

    [Fact]
    public async Task Damage_on_the_disk_is_seen_once_a_verification_found_it()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup().Database("shop", shop);
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop");
        await server.RunAsync("verify", "shop");
        (await ShopAsync(server)).IsWell.ShouldBeTrue();

        DamagedRepository.Damage(setup.RepositoryPath());
        (await server.RunAsync("verify", "shop")).State.ShouldBe(RunState.NotSound);

        var damaged = await ShopAsync(server);
        damaged.Faults.ShouldBe([HealthFault.Damaged, HealthFault.Unproven]);
        damaged.Damages.ShouldHaveSingleItem().ShouldContain($"{damaged.Newest!.Id}");
    }

    [Fact]
    public async Task A_damaged_manifest_is_held_against_its_own_database_only()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        var other = await postgres.CreateDatabaseAsync();
        using var setup = new ServerSetup().Database("shop", shop).Database("other", other);
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop");
        await server.RunAsync("backup", "other");
        var manifest = (await ShopAsync(server)).Newest!.Id;

        await File.WriteAllTextAsync(Path.Join(setup.RepositoryPath(), "backups", $"{manifest}.json"), "{}");

        await Eventually.Is(async () => (await ShopAsync(server)).Faults.Contains(HealthFault.Damaged));
        (await ShopAsync(server, "other")).Faults.ShouldBe([HealthFault.Unproven]);
    }

    [Fact]
    public async Task A_backup_without_rows_after_one_with_rows_is_no_backup_to_trust()
    {
        var shop = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(shop, "CREATE TABLE t (i int); INSERT INTO t VALUES (1)");
        using var setup = new ServerSetup().Database("shop", shop);
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop");
        await server.RunAsync("verify", "shop");

        await PostgresFixture.ExecuteAsync(shop, "TRUNCATE t");
        await server.RunAsync("backup", "shop");
        await server.RunAsync("verify", "shop");

        (await ShopAsync(server)).Faults.ShouldBe([HealthFault.Empty]);
    }

    [Fact]
    public async Task A_backup_of_one_schema_does_not_stand_for_the_database()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        await PostgresFixture.ExecuteAsync(shop, "CREATE SCHEMA notes");
        using var setup = new ServerSetup().Database("shop", shop);
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop", "--schema", "notes");
        (await ShopAsync(server)).Faults.ShouldBe([HealthFault.Missing]);
        var whole = (await server.RunAsync("backup", "shop")).MadeBackup;
        await server.RunAsync("verify", "shop", whole!);

        var part = (await server.RunAsync("backup", "shop", "--exclude-schema", "public")).MadeBackup;
        (await server.RunAsync("drill", "shop", part!)).State.ShouldBe(RunState.Done);
        (await ShopAsync(server)).Drills.Last.ShouldBeNull(
            "a drill of a part takes back none of the whole that failed"
        );

        // As late as the newest, of one schema, is just in time, and the whole one is not.
        var health = await JudgeAsync(
            server,
            newest => newest.CreatedAt + TimeSpan.FromHours(5),
            TimeSpan.FromHours(5)
        );
        health.Faults.ShouldBe([HealthFault.Stale]);
        $"{health.Newest!.Id}".ShouldBe(whole);
        $"{health.NewestProven!.Id}".ShouldBe(whole);
        health.RestoreSeconds.ShouldBeNull("nobody knows how long the whole takes");
        health.Storage.Backups.ShouldBe(3);
        health.Success.ShouldBe(new SuccessRate(1, 0));
    }

    [Fact]
    public async Task After_a_rollback_a_database_is_judged_by_what_it_was_rolled_back_to()
    {
        var shop = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(shop, "CREATE TABLE t (i int); INSERT INTO t VALUES (1)");
        using var setup = new ServerSetup().Database("shop", shop);
        await using var server = await RunningServer.StartAsync(setup);
        var backup = (await server.RunAsync("backup", "shop")).MadeBackup!;
        await server.RunAsync("verify", "shop", backup);

        await PostgresFixture.ExecuteAsync(shop, "TRUNCATE t");
        (await server.RunAsync("rollback", "shop", backup, "--yes")).State.ShouldBe(RunState.Done);

        var health = await JudgeAsync(server, newest => newest.FinishedAt + TimeSpan.FromHours(2), rpo: null);
        health.Faults.ShouldBeEmpty();
        $"{health.Newest!.Id}".ShouldBe(backup);
        health.Storage.Backups.ShouldBe(2, "the way back is there");
        health.Success.ShouldBe(new SuccessRate(1, 0));
    }

    [Fact]
    public async Task Storage_is_what_the_disk_holds_also_after_the_first_backup_was_pruned()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup().Database("shop", shop);
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop");
        await PostgresFixture.ExecuteAsync(shop, "CREATE TABLE more AS SELECT 1 AS i");
        await server.RunAsync("backup", "shop");

        var pruned = await server.RunAsync("prune", "shop", "--keep-last", "1", "--grace", "0", "--yes");
        pruned.State.ShouldBe(RunState.Done);

        var onDisk = new DirectoryInfo(Path.Join(setup.RepositoryPath(), "objects"))
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .Sum(file => file.Length);
        await CountAsync(server);
        var health = await ShopAsync(server);
        health.Storage.Backups.ShouldBe(1);
        health.Storage.StoredBytes.ShouldBe(onDisk);
        health.Storage.Ratio.ShouldBe((double)onDisk / health.Storage.DataBytes);
        health.Newest!.Figures.NewBytes.ShouldBeLessThan(onDisk, "much of it came with the first one");
        (await server.Client.GetStringAsync("/")).ShouldContain(Units.Bytes(onDisk));
        (await server.Client.GetStringAsync("/databases/shop")).ShouldContain(" smaller");
    }

    [Fact]
    public async Task A_repository_that_is_gone_is_unreachable_and_the_others_are_judged()
    {
        var shop = await postgres.CreateDatabaseAsync();
        using var setup = new ServerSetup()
            .Repository("spare")
            .Database("shop", shop, "repository: spare\ntargets:\n  rpo: 1h")
            .Database("other", shop);
        await using var server = await RunningServer.StartAsync(setup);
        Directory.Delete(setup.RepositoryPath("spare"), recursive: true);

        await Eventually.Is(async () => (await ShopAsync(server)).Unreachable is not null);
        var reading = await server.Get<BackupHealth>().ReadAsync(CancellationToken.None);

        reading.Find("shop")!.Faults.ShouldBe([HealthFault.Unreachable]);
        reading.Find("shop")!.Unreachable!.Code.ShouldBe("repository-not-found");
        reading.Find("shop")!.Repository.ShouldBe("spare");
        reading.Find("other")!.Faults.ShouldBe([HealthFault.Missing]);
    }

    [Fact]
    public async Task A_failed_run_counts_whether_the_journal_has_it_or_not()
    {
        var gone = await postgres.NameDatabaseAsync("not_there");
        using var setup = new ServerSetup().Repository("spare").Database("shop", gone, "repository: spare");
        await using var server = await RunningServer.StartAsync(setup);

        (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Failed);
        (await ShopAsync(server)).Success.ShouldBe(new SuccessRate(0, 1));
        (await ShopAsync(server)).Backups.Last!.Error!.Code.ShouldBe("database-not-found");

        var path = setup.RepositoryPath("spare");
        Directory.Move(path, $"{path}-away");
        (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Failed);
        Directory.Move($"{path}-away", path);
        await Eventually.Is(async () => (await ShopAsync(server)).Success == new SuccessRate(0, 2));
    }

    /// <summary>As a report does it: health by itself does not count as often as it is asked.</summary>
    private static async Task CountAsync(RunningServer server)
    {
        var shop = server.Get<ServedDatabases>().Find("shop")!;
        var view = await server.Get<RepositoryViews>().ReadAsync(shop, CancellationToken.None);
        await Eventually.Is(async () =>
            await server.Get<StorageCounting>().FindAsync(shop.Repository, view) is { Whole.Backups: var backups }
            && backups == view.Backups.Count
        );
    }

    /// <summary>The health of shop at another time.</summary>
    /// <param name="at">When, by the newest of all its backups.</param>
    private static async Task<DatabaseHealth> JudgeAsync(
        RunningServer server,
        Func<Manifest, DateTimeOffset> at,
        TimeSpan? rpo
    )
    {
        var shop = server.Get<ServedDatabases>().Find("shop")!;
        var view = await server.Get<RepositoryViews>().ReadAsync(shop, CancellationToken.None);
        return DatabaseJudgement.Of(
            new DatabaseFacts(
                shop.Name,
                shop.DatabaseName,
                view,
                new TargetSection(rpo),
                [],
                [],
                at(view.BackupsOf(shop.DatabaseName)[0])
            )
        );
    }

    private static async Task<DatabaseHealth> ShopAsync(RunningServer server, string name = "shop") =>
        (await server.Get<BackupHealth>().ReadAsync(CancellationToken.None)).Find(name)!;
}
