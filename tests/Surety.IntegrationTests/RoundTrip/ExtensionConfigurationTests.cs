using Surety.Core.Postgres;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>
/// Configuration tables of extensions (manual section 38.17.3): some of their rows are the extension's, the others the
/// user's. None of Debian's extensions has such tables, so one is installed for the time of the test.
/// </summary>
public sealed class ExtensionConfigurationTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Name = "surety_test_rules";
    private const string Script = """
        CREATE TABLE rules (name text PRIMARY KEY, standard bool NOT NULL DEFAULT false, weight int);
        INSERT INTO rules VALUES ('a', true, 1), ('b', true, 2), ('sample', false, 3);
        CREATE TABLE all_rows (v text);
        INSERT INTO all_rows VALUES ('from the extension');
        CREATE TABLE never (v text);
        INSERT INTO never VALUES ('the extension''s own');
        CREATE SEQUENCE counter;
        SELECT pg_catalog.pg_extension_config_dump('rules', 'WHERE NOT standard');
        SELECT pg_catalog.pg_extension_config_dump('all_rows', '');
        SELECT pg_catalog.pg_extension_config_dump('counter', '');
        """;

    [RootFact]
    public async Task The_rows_that_are_the_users_come_back_and_the_extensions_own_are_its_own()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync();
        using var extension = new InstalledExtension(await FolderAsync(source), Name, Script);
        await PostgresFixture.ExecuteAsync(
            source,
            $"""
            CREATE SCHEMA configured;
            CREATE EXTENSION {Name} SCHEMA configured;
            DELETE FROM configured.rules WHERE name = 'sample';
            INSERT INTO configured.rules VALUES ('mine', false, 4);
            UPDATE configured.rules SET weight = 9 WHERE name = 'a';
            UPDATE configured.all_rows SET v = 'changed';
            SELECT setval('configured.counter', 77);
            """
        );
        var target = await postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(source);
        await backups.RestoreAsync(manifest, target);

        manifest.Incomplete.ShouldBeEmpty();
        (await backups.ValidateAsync(manifest, target)).ShouldBeExact();
        const string rules = "SELECT string_agg(name || weight, ' ' ORDER BY name) FROM configured.rules";
        // As with pg_dump: that 'a' was changed is not the user's by the extension's own condition.
        (await PostgresFixture.ScalarAsync<string>(target, rules)).ShouldBe("a1 b2 mine4");
        (
            await PostgresFixture.ScalarAsync<string>(target, "SELECT string_agg(v, ',') FROM configured.all_rows")
        ).ShouldBe("changed");
        (await PostgresFixture.ScalarAsync<long>(target, "SELECT last_value FROM configured.counter")).ShouldBe(77);
    }

    private static async Task<string> FolderAsync(ConnectionTarget server)
    {
        const string sql = "SELECT setting || '/extension' FROM pg_config() WHERE name = 'SHAREDIR'";
        return await PostgresFixture.ScalarAsync<string>(server, sql);
    }

    private sealed class InstalledExtension : IDisposable
    {
        private readonly string[] files;

        public InstalledExtension(string folder, string name, string script)
        {
            files = [Path.Combine(folder, $"{name}.control"), Path.Combine(folder, $"{name}--1.0.sql")];
            File.WriteAllText(files[0], "default_version = '1.0'\nrelocatable = true\n");
            File.WriteAllText(files[1], script);
        }

        public void Dispose() => Array.ForEach(files, File.Delete);
    }
}
