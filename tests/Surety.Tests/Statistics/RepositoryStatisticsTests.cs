using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Statistics;
using Surety.Tests.Manifests;
using Surety.Tests.Prune;

namespace Surety.Tests.Statistics;

public sealed class RepositoryStatisticsTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task What_backups_share_is_held_by_each_and_stored_once()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();

        var report = await StatisticsAsync(made);

        var shop = report.Databases.ShouldHaveSingleItem();
        shop.Figures.ShouldBe(report.Whole);
        report.Whole.Backups.ShouldBe(3);
        var (plain, stored) = await OracleAsync(made);
        (report.Whole.UniqueBytes, report.Whole.StoredBytes).ShouldBe((plain, stored.Sum()));
        report.Whole.Objects.ShouldBe(stored.Count);
        report.Whole.HeldBytes.ShouldBeGreaterThan(plain);
        report.Whole.Dedupe.ShouldBe((double)report.Whole.HeldBytes / plain);
        report.Whole.Compression.ShouldBe((double)plain / stored.Sum());
        report.AllBytes.ShouldBe(stored.Sum());
        (report.MissingObjects, report.Damaged.Count, report.Unneeded.Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task Data_is_the_newest_backup_of_each_database_and_growth_what_the_later_ones_added()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        await SampleBackup.CommitAsync(
            await made.OpenAsync(),
            SampleBackup.Id(9),
            [PrunedRepository.Chunk(1)],
            database: "archive"
        );

        var report = await StatisticsAsync(made);

        report.Databases.Select(database => database.Name).ShouldBe(["archive", "shop"]);
        var (archive, shop) = (report.Databases[0].Figures, report.Databases[1].Figures);
        (archive.DataBytes, archive.GrowthBytes).ShouldBe((100, null), "as its manifest says");
        (shop.DataBytes, shop.GrowthBytes).ShouldBe((100, 60));
        (report.Whole.DataBytes, report.Whole.GrowthBytes).ShouldBe((200, 60));
        (archive.StoredBytes + shop.StoredBytes).ShouldBeGreaterThan(report.Whole.StoredBytes, "they share a chunk");
        report.Whole.StoredBytes.ShouldBe((await OracleAsync(made)).Stored.Sum());
        report.StoredToData.ShouldBe(report.AllBytes / 200d);
    }

    [Fact]
    public async Task What_waits_for_prune_is_of_forgotten_backups_or_of_none()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        var left = await (await made.OpenAsync()).Objects.PutAsync("left by a killed run"u8.ToArray(), Never);
        var before = (await StatisticsAsync(made)).Whole.StoredBytes;
        await made.PruneAsync(keepLast: 1, grace: TimeSpan.FromDays(7));

        var report = await StatisticsAsync(made);

        report.Whole.Backups.ShouldBe(1);
        (report.Unneeded.Count, report.Unneeded.Bytes).ShouldBe((1, left.StoredLength));
        (report.Whole.StoredBytes + report.Forgotten.Bytes).ShouldBe(before);
        report.Forgotten.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_is_missing_or_cannot_be_read_is_told()
    {
        var made = await PrunedRepository.WithThreeBackupsAsync();
        var repository = await made.OpenAsync();
        await made.Memory.DeleteAsync(
            ObjectStore.NameOf(repository.Objects.Identify(PrunedRepository.Chunk(100))),
            Never
        );
        var torn = ManifestStore.NameOf(SampleBackup.Id(2));
        await made.Memory.WriteAsync(torn, "torn"u8.ToArray(), durable: true, Never);

        var report = await StatisticsAsync(made);

        report.MissingObjects.ShouldBe(1);
        report.Damaged.ShouldHaveSingleItem().Name.ShouldBe(torn);
        report.Unneeded.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_empty_repository_has_nothing()
    {
        var report = await StatisticsAsync(await PrunedRepository.InitAsync());

        (report.Databases.Count, report.AllBytes, report.StoredToData).ShouldBe((0, 0, null));
    }

    private static async Task<StatisticsReport> StatisticsAsync(PrunedRepository made) =>
        await new RepositoryStatistics(await made.OpenAsync()).RunAsync(Never);

    /// <summary>From the objects themselves.</summary>
    private static async Task<(long Plain, IReadOnlyList<long> Stored)> OracleAsync(PrunedRepository made)
    {
        var repository = await made.OpenAsync();
        var (plain, stored) = (0L, new List<long>());
        foreach (var blob in await made.Memory.ListAsync("objects/", Never).ToListAsync(Never))
        {
            ObjectStore.TryParseName(blob.Name, out var id).ShouldBeTrue();
            using var read = await repository.Objects.GetAsync(id, Never);
            plain += read.Bytes.Length;
            stored.Add(blob.Length);
        }

        return (plain, stored);
    }
}
