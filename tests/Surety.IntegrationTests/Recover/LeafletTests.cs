using System.Diagnostics;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Recover;

/// <summary>
/// <c>RECOVER.md</c> by the letter: the commands in it are run as they stand in the repository's own copy, and what they
/// bring back, without Surety, has to be exact.
/// </summary>
public sealed class LeafletTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>What the shop does not have: every format of rows, and everything beside rows.</summary>
    private const string MoreKinds = """
        CREATE TABLE "text rows" (id int, "Grants" aclitem);
        INSERT INTO "text rows" VALUES (1, '=r/postgres'), (2, NULL);
        CREATE TABLE "Odd.""names'" ("a b" text, computed int GENERATED ALWAYS AS (length("a b")) STORED, "c\d" bytea);
        INSERT INTO "Odd.""names'" VALUES (E'tab\there\nline \\. ü', DEFAULT, '\x00ff'), ('', DEFAULT, NULL);
        CREATE TABLE nothing ();
        INSERT INTO nothing DEFAULT VALUES;
        CREATE SEQUENCE "Count" START 5; SELECT nextval('"Count"'); CREATE SEQUENCE untouched START 42;
        CREATE TYPE mood AS ENUM ('sad', 'fine');
        CREATE TABLE moods (m mood) PARTITION BY HASH (m);
        CREATE TABLE moods_0 PARTITION OF moods FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE moods_1 PARTITION OF moods FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO moods SELECT CASE WHEN n % 2 = 0 THEN 'sad' ELSE 'fine' END::mood FROM generate_series(1, 50) n;
        SELECT lo_from_bytea(70001, decode(repeat('0102ff', 200000), 'hex'));
        SELECT lo_create(70002); COMMENT ON LARGE OBJECT 70002 IS 'it''s empty \ ';
        """;

    [Fact]
    public async Task A_database_with_rows_of_every_kind_comes_back_exact_by_the_commands_of_the_leaflet()
    {
        var shop = await ShopAsync();
        using var surety = await SuretyProgram.OnAsync(shop);

        await RequireExactAsync(surety, shop, surety.Repository);
    }

    [Fact]
    public async Task An_encrypted_one_comes_back_with_its_passphrase_and_nothing_but_what_every_python_has()
    {
        var shop = await ShopAsync();
        using var surety = new SuretyProgram { Environment = { ["SURETY_PASSPHRASE"] = "correct horse ünd staple" } };
        surety.Use(shop);
        await surety.RequireAsync("init", "--encrypt");

        // -S: without the packages of others, so by OpenSSL's own library.
        await RequireExactAsync(surety, shop, surety.Repository, python: "python3 -S");
    }

    [SharedDataFact]
    public async Task A_real_database_comes_back_from_an_encrypted_bundle_with_its_key_file()
    {
        var pagila = await postgres.CreateDatabaseAsync(SampleDatabase.Named("pagila"));
        await PostgresFixture.ExecuteAsync(pagila, "SELECT lo_from_bytea(70001, 'large')");
        using var surety = new SuretyProgram();
        surety.Use(pagila);
        await surety.RequireAsync("init", "--encrypt", "--new-key-file", "my.key");
        surety.Environment["SURETY_KEY_FILE"] = Path.Combine(surety.Folder, "my.key");
        await surety.RequireAsync("backup");
        await surety.RequireAsync("bundle", "latest", "--output", "pagila.tar");
        var unpacked = Path.Combine(surety.Folder, "unpacked");
        await ShellAsync(surety, pagila, $"mkdir '{unpacked}'; tar -xf pagila.tar -C '{unpacked}'");

        await RequireExactAsync(surety, pagila, unpacked);
    }

    [Fact]
    public async Task A_wrong_key_and_a_damaged_object_are_told_and_bring_back_nothing()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var surety = new SuretyProgram { Environment = { ["SURETY_PASSPHRASE"] = "right" } };
        surety.Use(shop);
        await surety.RequireAsync("init", "--encrypt");
        var id = (await surety.RequireAsync("backup")).GetProperty("id").GetString()!;
        var commands = Commands(surety.Repository, id, surety.Repository, "recovered", "never");
        var take = commands[0] + "\n" + commands[2];

        surety.Environment["SURETY_PASSPHRASE"] = "wrong";
        (await RunAsync(surety, shop, take)).Error.ShouldContain("no key of this repository is opened by");
        surety.Environment["SURETY_PASSPHRASE"] = "right";
        foreach (var file in surety.Files("objects"))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }

        var run = await RunAsync(surety, shop, take);
        run.ExitCode.ShouldNotBe(0);
        run.Error.ShouldContain(" is damaged");
    }

    private async Task<ConnectionTarget> ShopAsync()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        await PostgresFixture.ExecuteAsync(shop, MoreKinds);
        return shop;
    }

    private async Task RequireExactAsync(
        SuretyProgram surety,
        ConnectionTarget original,
        string repository,
        string python = "python3"
    )
    {
        var backups = (await surety.RequireAsync("list")).GetProperty("backups");
        var backup = backups.GetArrayLength() > 0 ? backups[0] : await surety.RequireAsync("backup");
        var id = backup.GetProperty("id").GetString()!;
        var recovered = await postgres.NameDatabaseAsync();
        var commands = Commands(repository, id, repository, "recovered", recovered.Database);

        var said = await ShellAsync(
            surety,
            original,
            string.Join('\n', commands).Replace("python3", python, StringComparison.Ordinal)
        );

        said.ShouldContain(id);
        var proof = await surety.RunAsync("validate", id, "--db", recovered.ToString(), "--json");
        proof.Out.ShouldContain("\"exact\": true", customMessage: proof.Out + proof.Error);
    }

    /// <summary>The commands that the leaflet gives, with what it leaves open filled in.</summary>
    private static string[] Commands(string leafletOf, string id, string repository, string output, string database)
    {
        var leaflet = File.ReadAllText(Path.Combine(leafletOf, "RECOVER.md"));
        var start = leaflet.IndexOf("```sh\n", StringComparison.Ordinal) + "```sh\n".Length;
        var block = leaflet[start..leaflet.IndexOf("\n```\n", start, StringComparison.Ordinal)]
            .Replace("REPOSITORY", repository, StringComparison.Ordinal)
            .Replace("BACKUP-ID", id, StringComparison.Ordinal)
            .Replace("OUTPUT", output, StringComparison.Ordinal)
            .Replace("NEW-DATABASE", database, StringComparison.Ordinal)
            .Split('\n');
        block.Length.ShouldBe(4);
        return block;
    }

    private static async Task<string> ShellAsync(SuretyProgram surety, ConnectionTarget server, string commands)
    {
        var run = await RunAsync(surety, server, commands);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Error.ShouldNotContain("look at the errors", customMessage: run.Error);
        return run.Out;
    }

    private static async Task<ProgramRun> RunAsync(SuretyProgram surety, ConnectionTarget server, string commands)
    {
        var start = new ProcessStartInfo("sh", ["-e", "-c", commands])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = surety.Folder,
        };
        foreach (var (name, value) in surety.Environment)
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in server.ToEnvironment())
        {
            start.Environment[name] = value;
        }

        start.Environment.Remove("PGDATABASE");
        var programs = Path.GetDirectoryName((await PostgresFixture.ToolsAsync()).PathOf(PostgresTool.Psql));
        start.Environment["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}";
        return await SuretyProgram.EndOfAsync(Process.Start(start)!);
    }
}
