using Surety.Core.Compare;
using Surety.IntegrationTests.RoundTrip;
using Surety.Testing;

namespace Surety.IntegrationTests.Compare;

/// <summary>What was done to a real database is what <c>diff</c> finds: no row less and none more.</summary>
public sealed class RealDifferenceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    public static TheoryData<string> Samples => [.. SampleDatabase.All.Select(sample => sample.Name)];

    [SharedDataTheory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public async Task Seeded_damage_is_counted_exactly_between_a_backup_and_a_database_and_between_two_backups(
        string name
    )
    {
        using var backups = new BackupFolder();
        var database = await postgres.CreateDatabaseAsync(SampleDatabase.Named(name));
        var before = await backups.BackupAsync(database);
        var damage = await RandomDamage.DoAsync(database, seed: 42);

        var found = await backups.DiffAsync(before, database, new DifferenceOptions { MemoryBytes = 10_000 });
        var after = await backups.BackupAsync(database);
        var between = await backups.DiffAsync(before, after);

        damage.Sum(d => d.Deleted).ShouldBePositive();
        damage.Sum(d => d.Updated).ShouldBePositive();
        var expected = damage.Select(d => (d.Table, d.Expected));
        Counts(found).ShouldBe(expected, ignoreOrder: true);
        Counts(between).ShouldBe(expected, ignoreOrder: true);
        found.Schema!.Differences.ShouldBeEmpty();
        (found.Equal, between.Equal).ShouldBe((false, false));
        (await backups.DiffAsync(after, database)).Equal.ShouldBeTrue();
    }

    private static IEnumerable<(string, (long, long, long?))> Counts(DifferenceReport report) =>
        report
            .Tables.Where(t => t.Status != ComparisonStatus.Exact)
            .Select(t => (t.Name, (t.OnlyInBackup, t.OnlyInDatabase, t.Changed)));
}
