using Surety.Core.Postgres;
using Surety.Core.Rollback;
using Surety.IntegrationTests.Compare;
using Surety.IntegrationTests.RoundTrip;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Testing;

namespace Surety.IntegrationTests.Rollback;

/// <summary>Real databases, damaged at random in rows and schema: whatever was done, a rollback gives the backup again.</summary>
public sealed class RandomDamageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    // The first ones are small, and have between them most kinds of objects.
    private static readonly string[] Short = ["sakila", "northwind", "shop"];
    private const string Hard = "hard";
    private static readonly int Runs = FullRun.Replayed is null ? FullRun.Of(1, 19) : 1;

    private readonly BackupFolder backups = new();

    public static TheoryData<string> Samples =>
        [.. FullRun.Of([.. Short, .. SampleDatabase.All.Select(s => s.Name).Except(Short), Hard], Short.Length)];

    public void Dispose() => backups.Dispose();

    [SharedDataTheory]
    [MemberData(nameof(Samples))]
    public async Task Whatever_was_done_a_rollback_gives_the_backup_again(string name)
    {
        var original = await CreateAsync(name);
        var manifest = await backups.BackupAsync(original);
        var rows = await TableHashes.ReadTablesAsync(original, HardDatabase.EnumLeaves);
        var failures = new List<string>();
        for (var run = 1; run <= Runs; run++)
        {
            var seed = FullRun.Seed($"{nameof(RandomDamageTests)} {name}, run {run}");
            var database = await postgres.CreateDatabaseAsync($"TEMPLATE {original.Database}");
            try
            {
                var report = await DamageAndRollBackAsync(database, manifest, new Random(seed));

                (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
                (await TableHashes.ReadTablesAsync(database, HardDatabase.EnumLeaves)).ShouldBe(rows);
                await DropAsync(database, report);
            }
            // The next seeds may say what this one has not.
            catch (Exception e) when (e is SuretyException or ShouldAssertException)
            {
                failures.Add($"SURETY_TEST_SEED={seed}: {e.Message}");
                Console.WriteLine(failures[^1]);
            }
        }

        failures.ShouldBeEmpty();
    }

    private async Task<ConnectionTarget> CreateAsync(string name)
    {
        if (name != Hard)
        {
            return await postgres.CreateDatabaseAsync(SampleDatabase.Named(name));
        }

        var database = await postgres.CreateDatabaseAsync();
        await HardDatabase.LoadAsync(database);
        await HardDatabase.DropSubscriptionAsync(database);
        return database;
    }

    /// <summary>Of the rows always, of the schema mostly; then back, by a rewind where nothing but rows was changed.</summary>
    private async Task<RollbackReport> DamageAndRollBackAsync(
        ConnectionTarget database,
        Manifest manifest,
        Random chance
    )
    {
        var definitions = chance.Next(3) > 0;
        RollbackStrategy?[] ways = definitions
            ? [null, RollbackStrategy.Swap, RollbackStrategy.Replace]
            : [null, RollbackStrategy.Rewind];
        var strategy = ways[chance.Next(ways.Length)];
        var rows = await RandomDamage.DoAsync(database, chance.Next(1000));
        var statements = await SchemaDamage.DoAsync(database, chance, definitions);
        Console.WriteLine(
            $"{strategy?.ToString() ?? "auto"}, rows of {rows.Count} tables; {string.Join("; ", statements)}"
        );
        rows.Count.ShouldBePositive();

        var report = await backups.RollBackAsync(manifest, database, o => o with { Strategy = strategy });

        report.Strategy.ShouldBeOneOf(strategy is { } asked ? [asked] : Enum.GetValues<RollbackStrategy>());
        if (report.KeptDatabase is { } kept)
        {
            var safety = await backups.FindAsync(report.SafetyBackup!.Value);
            (await backups.ValidateAsync(safety, database.WithDatabase(kept))).ShouldBeExact();
        }

        return report;
    }

    private static async Task DropAsync(ConnectionTarget database, RollbackReport report)
    {
        foreach (var name in new[] { database.Database, report.KeptDatabase }.OfType<string>())
        {
            await PostgresFixture.ExecuteAsync(await PostgresFixture.ServerAsync(), $"DROP DATABASE \"{name}\"");
        }
    }
}
