using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Testing;

namespace Surety.IntegrationTests.Faults;

/// <summary>
/// Damage of each kind to each kind of file: verify names it and whom it hurts, and no restore begins that could not end.
/// </summary>
public sealed class DamageTests(PrivateServer server) : IClassFixture<PrivateServer>, IAsyncLifetime, IDisposable
{
    private const string Rows = """
        CREATE TABLE same (id int PRIMARY KEY, name text);
        INSERT INTO same SELECT i, md5(i::text) FROM generate_series(1, 500) i;
        CREATE TABLE changing (id int PRIMARY KEY, name text);
        INSERT INTO changing SELECT i, md5('one' || i) FROM generate_series(1, 500) i;
        """;

    private readonly FaultyFolder folder = new();
    private ConnectionTarget database = null!;
    private Manifest first = null!;
    private Manifest second = null!;
    private string same = null!;
    private string changing = null!;
    private string other = null!;

    public async Task InitializeAsync()
    {
        await folder.InitAsync();
        database = await server.CreateAsync(Rows);
        first = await folder.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(database, "UPDATE changing SET name = md5('two' || id)");
        second = await folder.BackupAsync(database);
        same = await ChunkAsync(first, "same");
        changing = await ChunkAsync(first, "changing");
        other = await ChunkAsync(second, "changing");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a byte of the header", 20)]
    [InlineData("a byte of the payload", 60)]
    [InlineData("cut off", null)]
    [InlineData("deleted", null)]
    public async Task A_damaged_object_is_named_and_no_restore_of_it_begins(string kind, int? offset)
    {
        foreach (var (id, hurt) in new[] { (same, new[] { first, second }), (changing, [first]) })
        {
            var file = PathOfObject(id);
            var sound = await File.ReadAllBytesAsync(file);
            Damage(file, kind, offset);

            await ShouldNameAsync(id, hurt);
            await ShouldRefuseAsync(first, id == same ? "same" : "changing", kind == "deleted");

            await File.WriteAllBytesAsync(file, sound);
        }

        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a byte of the payload", 60)]
    [InlineData("deleted", null)]
    public async Task Damage_that_a_verification_found_is_mended_by_the_next_backup_of_the_same_rows(
        string kind,
        int? offset
    )
    {
        Damage(PathOfObject(same), kind, offset);
        Damage(PathOfObject(changing), kind, offset);

        await folder.VerifyAndMarkAsync();
        await folder.BackupAsync(database);

        await ShouldNameAsync(changing, [first]);
        await folder.RestoreAsync($"{second.Id}", server.Target.WithDatabase($"mended after {kind}"));
    }

    [Fact]
    public async Task Damage_that_nobody_knows_of_is_named_again()
    {
        Damage(PathOfObject(same), "a byte of the payload", 60);

        var third = await folder.BackupAsync(database);

        await ShouldNameAsync(same, [first, second, third]);
    }

    [Fact]
    public async Task Two_exchanged_objects_are_both_named()
    {
        Exchange(PathOfObject(changing), PathOfObject(other));

        var report = await folder.VerifyAsync();

        report
            .Damaged.Select(d => (d.Object, string.Join(' ', d.Backups)))
            .ShouldBe([(changing, $"{first.Id}"), (other, $"{second.Id}")], ignoreOrder: true);
        await ShouldRefuseAsync(first, "changing", missing: false);
        await ShouldRefuseAsync(second, "changing", missing: false);
    }

    [Theory]
    [InlineData("a byte of the body", 400)]
    [InlineData("cut off", null)]
    [InlineData("deleted", null)]
    public async Task A_damaged_list_of_contents_is_named_and_no_restore_of_it_begins(string kind, int? offset)
    {
        var contents = first.Contents.Parts[0].ToString();
        Damage(PathOfObject(contents), kind, offset is null ? null : 100);

        await ShouldNameAsync(contents, [first]);
        await ShouldRefuseAsync(first, "same", kind == "deleted");
    }

    [Theory]
    [InlineData("a byte of the envelope", 10)]
    [InlineData("a byte of the body", 400)]
    [InlineData("cut off", null)]
    public async Task A_damaged_manifest_is_named_and_no_restore_of_it_begins(string kind, int? offset)
    {
        Damage(PathOfManifest(first), kind, offset);

        await ShouldNameAsync($"backups/{first.Id}.json", [first]);
        await ShouldFailAndChangeNothingAsync(
            () => folder.RestoreAsync($"{first.Id}", Wanted),
            ErrorCode.RepositoryDamaged
        );
    }

    [Fact]
    public async Task A_deleted_manifest_is_missed_by_the_journal()
    {
        File.Delete(PathOfManifest(first));

        var damage = (await folder.VerifyAsync()).Damaged.ShouldHaveSingleItem();

        damage.Object.ShouldBe($"backups/{first.Id}.json");
        damage.Backups.ShouldBe([$"{first.Id}"]);
        damage.Reason.ShouldBe(
            "the manifest is gone, and nobody forgot this backup: the journal records only that it was made"
        );
        await ShouldFailAndChangeNothingAsync(
            () => folder.RestoreAsync($"{first.Id}", Wanted),
            ErrorCode.BackupNotFound
        );
    }

    [Fact]
    public async Task Two_exchanged_manifests_are_both_named()
    {
        Exchange(PathOfManifest(first), PathOfManifest(second));

        var report = await folder.VerifyAsync();

        report
            .Damaged.Select(d => d.Backups.ShouldHaveSingleItem())
            .ShouldBe([$"{first.Id}", $"{second.Id}"], ignoreOrder: true);
        await ShouldFailAndChangeNothingAsync(() => folder.RestoreAsync("latest", Wanted), ErrorCode.RepositoryDamaged);
    }

    [Fact]
    public async Task A_damaged_record_of_the_journal_is_named_and_hurts_no_backup()
    {
        var record = folder.FilesIn("journal")[0];
        Damage(record, "a byte of the body", 300);

        var damage = (await folder.VerifyAsync()).Damaged.ShouldHaveSingleItem();

        record.ShouldEndWith(damage.Object);
        damage.Backups.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a byte of the body", 170, ErrorCode.RepositoryDamaged)]
    [InlineData("cut off", null, ErrorCode.RepositoryDamaged)]
    [InlineData("deleted", null, ErrorCode.RepositoryNotFound)]
    [InlineData("a later format", null, ErrorCode.RepositoryFormatUnknown)]
    [InlineData("no JSON", null, ErrorCode.RepositoryDamaged)]
    public async Task A_repository_without_its_document_is_not_touched(string kind, int? offset, ErrorCode code)
    {
        Damage(folder.PathOf("surety.json"), kind, offset);

        foreach (
            var use in new Func<Task>[]
            {
                folder.VerifyAsync,
                () => folder.BackupAsync(database),
                () => folder.RestoreAsync($"{first.Id}", Wanted),
                () => folder.RestoreTableAsync($"{first.Id}", database, "same"),
            }
        )
        {
            await ShouldFailAndChangeNothingAsync(use, code);
        }
    }

    private ConnectionTarget Wanted => server.Target.WithDatabase("wanted");

    private async Task ShouldNameAsync(string piece, Manifest[] hurt)
    {
        var damage = (await folder.VerifyAsync()).Damaged.ShouldHaveSingleItem();
        damage.Object.ShouldBe(piece);
        damage.Backups.ShouldBe(hurt.Select(m => $"{m.Id}"), ignoreOrder: true);
    }

    private async Task ShouldRefuseAsync(Manifest manifest, string table, bool missing)
    {
        var code = missing ? ErrorCode.ObjectMissing : ErrorCode.ObjectDamaged;
        await ShouldFailAndChangeNothingAsync(() => folder.RestoreAsync($"{manifest.Id}", Wanted), code);
        await ShouldFailAndChangeNothingAsync(() => folder.RestoreTableAsync($"{manifest.Id}", database, table), code);
    }

    private async Task ShouldFailAndChangeNothingAsync(Func<Task> operation, ErrorCode code)
    {
        var before = await StateAsync();

        (await Should.ThrowAsync<SuretyException>(operation)).Code.ShouldBe(code);

        (await StateAsync()).ShouldBe(before);
    }

    /// <summary>Databases ever made on this server, and the transactions that have changed this one.</summary>
    private async Task<string> StateAsync() =>
        string.Join(' ', await server.DatabasesAsync())
        + await PostgresFixture.ScalarAsync<string>(
            database,
            """
            SELECT md5(string_agg(t::text || t.xmin::text, '' ORDER BY id)) FROM changing t
            """
        )
        + await PostgresFixture.ScalarAsync<long>(database, "SELECT count(*) FROM pg_class");

    private async Task<string> ChunkAsync(Manifest manifest, string table) =>
        (await folder.ContentsAsync(manifest)).Tables.Single(t => t.Name == table).Chunks.Single().Object.ToString();

    private string PathOfObject(string id) => folder.PathOf($"objects/{id[..2]}/{id}");

    private string PathOfManifest(Manifest manifest) => folder.PathOf($"backups/{manifest.Id}.json");

    private static void Damage(string file, string kind, int? offset)
    {
        var bytes = File.ReadAllBytes(file);
        switch (kind)
        {
            case "deleted":
                File.Delete(file);
                break;
            case "cut off":
                File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
                break;
            case "no JSON":
                File.WriteAllText(file, "hello");
                break;
            case "a later format":
                File.WriteAllText(file, File.ReadAllText(file).Replace("\"format\":1", "\"format\":2"));
                break;
            default:
                bytes[offset!.Value] ^= 1;
                File.WriteAllBytes(file, bytes);
                break;
        }
    }

    private static void Exchange(string one, string other)
    {
        File.Move(one, $"{one}.kept");
        File.Move(other, one);
        File.Move($"{one}.kept", other);
    }
}
