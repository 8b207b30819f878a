using Surety.Core.Compare;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>Every real database survives a backup and a restore exactly, by Surety's own proof and by an independent one.</summary>
public sealed class RealDatabaseTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    public static TheoryData<string> Samples => [.. SampleDatabase.All.Select(sample => sample.Name)];

    [SharedDataTheory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public async Task A_restored_database_is_the_one_that_was_backed_up(string name)
    {
        using var backups = new BackupFolder();
        var original = await postgres.CreateDatabaseAsync(SampleDatabase.Named(name));
        var restored = await postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(original);
        var verified = await backups.VerifyAsync();
        var report = await backups.RestoreAsync(manifest, restored);
        var validation = await backups.ValidateAsync(manifest, restored);

        manifest.Incomplete.ShouldBeEmpty();
        manifest.Source.Isolation.ShouldBe("serializable deferrable");
        verified.Damaged.ShouldBeEmpty();
        report.Warnings.ShouldBeEmpty();
        report.Rows.ShouldBe(manifest.Figures.Rows);
        validation.ShouldBeExact();
        (await backups.ValidateAsync(manifest, original)).ShouldBeExact();
        (await TableHashes.ReadTablesAsync(restored)).ShouldBe(await TableHashes.ReadTablesAsync(original));
    }
}

internal static class ValidationAssertions
{
    /// <summary>Names what is not exact.</summary>
    public static void ShouldBeExact(this ValidationReport report)
    {
        report.Rows.Tables.Where(t => t.Status != ComparisonStatus.Exact).ShouldBeEmpty();
        report.Rows.Sequences.Where(s => s.Status != ComparisonStatus.Exact).ShouldBeEmpty();
        report.Schema.Doubt.ShouldBeNull();
        report.Schema.Differences.ShouldBeEmpty();
        report.Exact.ShouldBeTrue();
    }
}
