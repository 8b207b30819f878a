using Surety.Core.Export;
using Surety.Core.Postgres;
using Surety.Core.Restore;
using Surety.IntegrationTests.RoundTrip;
using Surety.Testing;
using Surety.Testing.Files;

namespace Surety.IntegrationTests.Export;

/// <summary>What was exported is loaded again by psql alone, and the result is exactly the backup.</summary>
public sealed class ExportRoundTripTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly string[] Short = ["pagila", "chinook", "shop"];

    public static TheoryData<string> Samples =>
        [
            .. FullRun.Of(
                [.. SampleDatabase.All.Select(s => s.Name).OrderBy(n => Short.Contains(n) ? 0 : 1)],
                Short.Length
            ),
        ];

    [SharedDataTheory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public async Task A_real_database_comes_back_exactly_from_each_format(string name)
    {
        var original = await postgres.CreateDatabaseAsync(SampleDatabase.Named(name));

        await RequireExactAsync(original, scratch: await PostgresFixture.ServerAsync());
    }

    [Fact]
    public async Task The_hard_database_comes_back_exactly_from_each_format()
    {
        var original = await postgres.CreateDatabaseAsync();
        await HardDatabase.LoadAsync(original);

        // On a scratch server of its own: a subscription keeps a copy from being dropped.
        try
        {
            await RequireExactAsync(original, scratch: null, HardDatabase.DropSubscriptionAsync);
        }
        finally
        {
            await HardDatabase.DropSubscriptionAsync(original);
        }
    }

    [Theory]
    [InlineData("LATIN1")]
    [InlineData("SQL_ASCII")]
    public async Task Text_of_every_encoding_comes_back_exactly(string encoding)
    {
        var original = await postgres.CreateDatabaseAsync(
            $"TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"
        );
        await PostgresFixture.ExecuteAsync(
            original,
            """CREATE TABLE "Fräulein" ("Größe" text, plain text); INSERT INTO "Fräulein" VALUES ('Straße', ''), (NULL, ' ')"""
        );

        await RequireExactAsync(original, await PostgresFixture.ServerAsync());
    }

    private async Task RequireExactAsync(
        ConnectionTarget original,
        ConnectionTarget? scratch,
        Func<ConnectionTarget, Task>? release = null
    )
    {
        using var backups = new BackupFolder();
        var manifest = await backups.BackupAsync(original);
        var contents = await backups.ContentsAsync(manifest);
        var through = contents.Tables.ToDictionary(t => $"{QualifiedName.Of(t)}", RowLoad.Destination);

        using var scripts = await ExportAsync(ExportFormat.Sql, filePerTable: true);
        await ProveAsync(database => ExportedFiles.RunAsync(scripts.Files.Named(original.Database), database));
        using var script = await ExportAsync(ExportFormat.Sql);
        await ProveAsync(database => ExportedFiles.RunAsync(script.Files.Named(original.Database), database));
        foreach (var format in (ExportFormat[])[ExportFormat.Csv, ExportFormat.Json])
        {
            using var rows = await ExportAsync(format);
            await ProveAsync(async database =>
            {
                await ExportedFiles.RunAsync(scripts.Files.Named($"{original.Database}-pre-data"), database);
                await rows.Files.LoadRowsAsync(database, table => through[table]);
                await ExportedFiles.RunAsync(scripts.Files.Named($"{original.Database}-post-data"), database);
            });
        }

        async Task<Export> ExportAsync(ExportFormat format, bool filePerTable = false)
        {
            var folder = new TemporaryFolder();
            var report = await backups.ExportAsync(
                manifest,
                new ExportOptions
                {
                    Format = format,
                    Folder = folder.Path,
                    FilePerTable = filePerTable,
                    Scratch = scratch,
                }
            );
            return new Export(folder, new ExportedFiles(folder, report));
        }

        async Task ProveAsync(Func<ConnectionTarget, Task> load)
        {
            var database = contents.Database;
            var loaded = await postgres.CreateDatabaseAsync(
                $"TEMPLATE template0 ENCODING '{database.Encoding}' LC_COLLATE '{database.Collate}' LC_CTYPE '{database.CharacterType}'"
            );
            await load(loaded);
            (await backups.ValidateAsync(manifest, loaded)).ShouldBeExact();
            if (release is not null)
            {
                await release(loaded);
            }
        }
    }

    private sealed record Export(TemporaryFolder Folder, ExportedFiles Files) : IDisposable
    {
        public void Dispose() => Folder.Dispose();
    }
}
