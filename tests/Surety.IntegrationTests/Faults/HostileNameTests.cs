using System.Text.Json;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Testing;

namespace Surety.IntegrationTests.Faults;

/// <summary>Names that are made to break out of SQL, a shell, a path, a format string or a line.</summary>
public sealed class HostileNameTests(PrivateServer server) : IClassFixture<PrivateServer>
{
    private const string Victim = "victim";

    // 63 bytes are the longest name: 15 of these and 3 letters.
    private static readonly string Emoji = string.Concat(Enumerable.Repeat("💾", 15)) + "abc";

    private static readonly string[] Names =
    [
        "'; drop table victim; --",
        "\"; DROP SCHEMA public CASCADE; --",
        "$(touch touched)`touch touched`",
        "../../escape",
        "two\nlines\r\n\\connect postgres",
        "%s%n{0}",
        "back\\slash\\",
        "host=/nowhere dbname=postgres",
        " -f /dev/null",
        "Überraschung*?[a]",
        Emoji,
    ];

    [Fact]
    public async Task In_a_database_they_do_no_harm_and_come_back()
    {
        using var folder = await new FaultyFolder().InitAsync();
        foreach (var name in FullRun.Of(Names, 6).Append(Emoji).Distinct())
        {
            var database = await CreateAsync(name);
            var backup = await RunAsync(
                database,
                folder.Path,
                "backup",
                $"--description={name}",
                "--tag",
                $"note={name}",
                "--tag",
                "plain=1"
            );
            using var document = JsonDocument.Parse(backup.Output);
            document.RootElement.GetProperty("database").GetString().ShouldBe(name);
            document.RootElement.GetProperty("description").GetString().ShouldBe(name);
            var id = document.RootElement.GetProperty("id").GetString()!;
            (await TagAsync(folder, id)).ShouldBe(name);

            await PostgresFixture.ExecuteAsync(server.Target, $"DROP DATABASE {Quoted(name)}");
            await RunAsync(server.Target, folder.Path, "restore", id, "--into", SuretyProcess.UrlOf(database));

            (await RunAsync(database, folder.Path, "validate", id)).Output.ShouldContain("\"exact\": true");
            (await PostgresFixture.ScalarAsync<long>(database, $"SELECT count(*) FROM {Victim}")).ShouldBe(1);
            await PostgresFixture.ExecuteAsync(database, $"DROP TABLE {Quoted(name)}.{Quoted(name)} CASCADE");
            var table = $"{Quoted(name)}.{Quoted(name)}";
            await RunAsync(database, folder.Path, "restore", id, "--table", table);
            (await PostgresFixture.ScalarAsync<string>(database, $"SELECT {Quoted(name)} FROM {table}")).ShouldBe(name);
            await PostgresFixture.ExecuteAsync(server.Target, $"DROP DATABASE {Quoted(name)}");
        }

        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty();
        File.Exists("touched").ShouldBeFalse();
    }

    [Fact]
    public async Task As_the_id_of_a_backup_they_name_none()
    {
        using var folder = await new FaultyFolder().InitAsync();
        await folder.BackupAsync(await server.CreateAsync("CREATE TABLE t ()"));
        var files = FilesOf(folder);
        var databases = await server.DatabasesAsync();
        foreach (var name in FullRun.Of(Names, 4).Append("../surety"))
        {
            foreach (
                var command in new[] { new[] { "show", name }, ["verify", name], ["restore", name, "--into", "x"] }
            )
            {
                var result = await SuretyProcess.RunAsync(server.Target, folder.Path, command);
                result.ExitCode.ShouldBe(1, result.Error);
                result.Output.ShouldContain("\"code\": \"backup-not-found\"");
            }
        }

        FilesOf(folder).ShouldBe(files);
        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty("the journal says what was tried");
        (await server.DatabasesAsync()).ShouldBe(databases);
        File.Exists("touched").ShouldBeFalse();
    }

    /// <summary>All but the journal, which is added to by every command.</summary>
    private static IReadOnlyList<string> FilesOf(FaultyFolder folder) =>
        [
            .. Directory
                .GetFiles(folder.Path, "*", SearchOption.AllDirectories)
                .Where(file => !file.StartsWith(Path.Combine(folder.Path, "journal/")))
                .Order(),
        ];

    private async Task<ConnectionTarget> CreateAsync(string name)
    {
        var quoted = Quoted(name);
        var database = server.Target.WithDatabase(name);
        await PostgresFixture.ExecuteAsync(server.Target, $"CREATE DATABASE {quoted} TEMPLATE template0");
        await PostgresFixture.ExecuteAsync(
            database,
            $"""
            CREATE TABLE {Victim} (id int); INSERT INTO {Victim} VALUES (1);
            CREATE SCHEMA {quoted};
            CREATE SEQUENCE {quoted}.numbers;
            CREATE TABLE {quoted}.{quoted} ({quoted} text);
            COMMENT ON TABLE {quoted}.{quoted} IS {Literal(name)};
            INSERT INTO {quoted}.{quoted} VALUES ({Literal(name)});
            """
        );
        return database;
    }

    private static async Task<SuretyResult> RunAsync(ConnectionTarget database, string folder, params string[] command)
    {
        var result = await SuretyProcess.RunAsync(database, folder, command);
        result.ExitCode.ShouldBe(0, $"{database.Database}: {result.Output}{result.Error}");
        return result;
    }

    private static async Task<string> TagAsync(FaultyFolder folder, string id) =>
        (await folder.ListAsync()).Single(m => m.Id.ToString() == id).Tags["note"];

    private static string Quoted(string name) => new NpgsqlCommandBuilder().QuoteIdentifier(name);

    private static string Literal(string value) => $"'{value.Replace("'", "''")}'";
}
