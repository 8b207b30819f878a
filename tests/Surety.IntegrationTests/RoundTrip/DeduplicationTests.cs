using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

public sealed class DeduplicationTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Rows = """
        CREATE TABLE numbers (id int PRIMARY KEY, v text);
        INSERT INTO numbers SELECT n, repeat(md5(n::text), 4) FROM generate_series(1, 100000) n;
        """;

    [Fact]
    public async Task A_second_backup_of_an_unchanged_database_adds_next_to_nothing()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(source, Rows);

        var first = await backups.BackupAsync(source);
        var second = await backups.BackupAsync(source);

        first.Figures.NewBytes.ShouldBe(first.Figures.StoredBytes);
        second.Figures.NewBytes.ShouldBeLessThan(first.Figures.NewBytes / 100);
        (await backups.ContentsAsync(second))
            .Tables.Single()
            .Chunks.ShouldBe((await backups.ContentsAsync(first)).Tables.Single().Chunks);
    }

    [Fact]
    public async Task After_an_update_of_few_rows_only_the_chunks_around_them_are_new()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(source, Rows);

        var first = (await backups.ContentsAsync(await backups.BackupAsync(source))).Tables.Single();
        await PostgresFixture.ExecuteAsync(source, "UPDATE numbers SET v = 'other' WHERE id BETWEEN 50000 AND 50003");
        var second = (await backups.ContentsAsync(await backups.BackupAsync(source))).Tables.Single();

        first.Chunks.Count.ShouldBeGreaterThan(5);
        // Where the rows were, and at the end of the table, where PostgreSQL put their new versions.
        second.Chunks.Except(first.Chunks).Count().ShouldBeLessThanOrEqualTo(4);
        second.Receipt.ShouldNotBe(first.Receipt);
    }
}
