using Surety.IntegrationTests.RoundTrip;
using Surety.Testing;

namespace Surety.IntegrationTests.Versions;

/// <summary>Every real database on every version of the server, with every version of the client tools that may read it.</summary>
public sealed class VersionMatrixTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly int[] Majors = [15, 17, 18];

    public static TheoryData<int, int, string> ServersClientsAndSamples
    {
        get
        {
            var data = new TheoryData<int, int, string>();
            foreach (var server in Majors)
            {
                foreach (var client in Majors.Where(major => major >= server))
                {
                    foreach (var sample in SampleDatabase.All)
                    {
                        data.Add(server, client, sample.Name);
                    }
                }
            }

            return data;
        }
    }

    public static TheoryData<int, int, string> DowngradesAndSamples
    {
        get
        {
            var data = new TheoryData<int, int, string>();
            foreach (var from in Majors)
            {
                foreach (var to in Majors.Where(major => major < from))
                {
                    foreach (var sample in SampleDatabase.All)
                    {
                        data.Add(from, to, sample.Name);
                    }
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Samples => [.. SampleDatabase.All.Select(sample => sample.Name)];

    [MatrixTheory]
    [MemberData(nameof(ServersClientsAndSamples), DisableDiscoveryEnumeration = true)]
    public async Task A_database_survives_with_every_pg_dump_that_may_read_it(int server, int client, string name)
    {
        using var backups = new BackupFolder(await PostgresVersions.OnlyAsync(client));
        var original = await postgres.CreateDatabaseAsync(SampleDatabase.Named(name), server);
        var restored = await postgres.NameDatabaseAsync(major: server);

        var manifest = await backups.BackupAsync(original);
        var verified = await backups.VerifyAsync();
        var report = await backups.RestoreAsync(manifest, restored);

        manifest.Incomplete.ShouldBeEmpty();
        manifest.Source.ServerMajor.ShouldBe(server);
        (await backups.ContentsAsync(manifest)).Schema.PgDumpMajor.ShouldBe(client);
        verified.Damaged.ShouldBeEmpty();
        report.Warnings.ShouldBeEmpty();
        report.Rows.ShouldBe(manifest.Figures.Rows);
        (await backups.ValidateAsync(manifest, restored)).ShouldBeExact();
        (await backups.ValidateAsync(manifest, original)).ShouldBeExact();
    }

    [MatrixTheory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public async Task A_backup_is_an_upgrade_path_from_15_over_17_to_18(string name)
    {
        using var backups = new BackupFolder(await PostgresVersions.OnlyAsync(Majors));
        var original = await postgres.CreateDatabaseAsync(SampleDatabase.Named(name), 15);
        var on17 = await postgres.NameDatabaseAsync(major: 17);
        var on18 = await postgres.NameDatabaseAsync(major: 18);
        var straightOn18 = await postgres.NameDatabaseAsync(major: 18);

        var first = await backups.BackupAsync(original);
        await backups.RestoreAsync(first, on17);
        var second = await backups.BackupAsync(on17);
        await backups.RestoreAsync(second, on18);
        await backups.RestoreAsync(first, straightOn18);

        (await backups.ValidateAsync(first, on17)).ShouldBeExact();
        (await backups.ValidateAsync(second, original)).ShouldBeExact();
        (await backups.ValidateAsync(first, on18)).ShouldBeExact();
        (await backups.ValidateAsync(second, on18)).ShouldBeExact();
        (await backups.ValidateAsync(first, straightOn18)).ShouldBeExact();
    }

    /// <summary>PostgreSQL promises nothing here; what uses nothing new goes back all the same, and is proven.</summary>
    [MatrixTheory]
    [MemberData(nameof(DowngradesAndSamples), DisableDiscoveryEnumeration = true)]
    public async Task What_uses_nothing_new_goes_back_to_an_older_version(int from, int to, string name)
    {
        using var backups = new BackupFolder(await PostgresVersions.OnlyAsync(Majors));
        var original = await postgres.CreateDatabaseAsync(SampleDatabase.Named(name), from);
        var restored = await postgres.NameDatabaseAsync(major: to);

        var manifest = await backups.BackupAsync(original);
        await backups.RestoreAsync(manifest, restored);

        (await backups.ValidateAsync(manifest, restored)).ShouldBeExact();
    }
}
