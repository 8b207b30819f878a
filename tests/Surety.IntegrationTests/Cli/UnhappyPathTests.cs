using Surety.Core.Postgres.Tools;
using Surety.Testing;

namespace Surety.IntegrationTests.Cli;

/// <summary>What goes wrong every day: the exact words, the exit code, and nothing lost.</summary>
public sealed class UnhappyPathTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_wrong_password_is_said_and_never_shown()
    {
        var tools = await PostgresFixture.Locator.ServerAsync(null, CancellationToken.None);
        var options = new ScratchServerOptions { ListenOnLoopback = true };
        await using var server = await ScratchServer.StartAsync(tools, options, CancellationToken.None);
        using var surety = await SuretyProgram.OnAsync(server.Target with { Password = "guess-42" });

        var run = await surety.RunAsync("backup");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldEndWith(
            $"ERROR [authentication-failed]: cannot connect to {server.Target.Endpoint}: password authentication failed for "
                + "user \"postgres\" (SQLSTATE 28P01); nothing was changed\n"
                + "HINT: check the password in the URL, PGPASSWORD or .pgpass\n"
        );
        run.Error.ShouldNotContain("guess-42");
        surety.Files("backups").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        using var surety = await SuretyProgram.OnAsync(await PostgresFixture.ServerAsync());

        var run = await surety.RunAsync("backup", "--db", "postgres://u:secret-42@127.0.0.1:1/shop");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldEndWith(
            "ERROR [connection-failed]: cannot connect to 127.0.0.1:1: Connection refused; nothing was changed\n"
                + "HINT: check that the server is running and that host and port are right\n"
        );
        run.Error.ShouldNotContain("secret-42");
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named()
    {
        var server = await PostgresFixture.ServerAsync();
        using var surety = await SuretyProgram.OnAsync(server.WithDatabase("no_such"));

        var run = await surety.RunAsync("backup", "--json");

        run.ExitCode.ShouldBe(1);
        run.Failure.GetProperty("code").GetString().ShouldBe("database-not-found");
        run.Failure.GetProperty("message")
            .GetString()
            .ShouldBe(
                $"cannot connect to {server.Endpoint}: database \"no_such\" does not exist (SQLSTATE 3D000); nothing was changed"
            );
        run.Failure.GetProperty("hint")
            .GetString()
            .ShouldBe($"list the databases with: psql -h {server.Host} -p {server.Port} -U postgres -l postgres");
    }

    [Fact]
    public async Task A_table_that_the_role_cannot_read_is_listed_and_the_rest_is_captured()
    {
        var database = await postgres.CreateDatabaseAsync();
        var reader = $"reader_{database.Database}";
        await PostgresFixture.ExecuteAsync(
            database,
            $"""
            CREATE TABLE open (id int); INSERT INTO open VALUES (1), (2);
            CREATE TABLE closed (id int); INSERT INTO closed VALUES (3);
            CREATE ROLE {reader} LOGIN; GRANT SELECT ON open TO {reader}
            """
        );
        using var surety = await SuretyProgram.OnAsync(database with { User = reader });

        var doctor = await surety.RunAsync("doctor", "--json");
        var run = await surety.RunAsync("backup", "--json");
        await PostgresFixture.ExecuteAsync(database, $"DROP OWNED BY {reader}; DROP ROLE {reader}");

        run.ExitCode.ShouldBe(3, run.Error);
        run.Json.GetProperty("rows").GetInt64().ShouldBe(2);
        var missing = run.Json.GetProperty("incomplete");
        missing.GetArrayLength().ShouldBe(1);
        missing[0].GetProperty("name").GetString().ShouldBe("public.closed");
        missing[0].GetProperty("reason").GetString().ShouldBe($"role {reader} has no SELECT on it");
        doctor.ExitCode.ShouldBe(3);
        doctor.Json.GetProperty("incomplete")[0].GetProperty("name").GetString().ShouldBe("public.closed");
        surety.Files("backups").Length.ShouldBe(1);
    }

    [Fact]
    public async Task Missing_client_tools_are_named_with_what_to_install()
    {
        using var surety = await SuretyProgram.OnAsync(await postgres.CreateDatabaseAsync());
        var empty = Directory.CreateDirectory(Path.Combine(surety.Folder, "empty")).FullName;
        surety.Environment["SURETY_PG_BIN"] = empty;

        var run = await surety.RunAsync("backup", "--json");
        var doctor = await surety.RunAsync("doctor", "--json");

        run.ExitCode.ShouldBe(1);
        run.Failure.GetProperty("code").GetString().ShouldBe("tool-missing");
        var major = (await PostgresFixture.ToolsAsync()).Version.Major;
        run.Failure.GetProperty("message")
            .GetString()
            .ShouldBe(
                $"no pg_dump that can read a PostgreSQL {major} server is installed; found none at all; nothing was changed"
            );
        run.Failure.GetProperty("hint").GetString().ShouldStartWith("install them: ");
        surety.Files("backups").ShouldBeEmpty();
        surety.Files("locks").ShouldBeEmpty();
        doctor.ExitCode.ShouldBe(3);
    }

    [Fact]
    public async Task A_repository_that_cannot_be_written_gets_no_backup_and_keeps_those_it_has()
    {
        var tools = await PostgresFixture.Locator.ServerAsync(null, CancellationToken.None);
        var options = new ScratchServerOptions { ListenOnLoopback = true };
        await using var server = await ScratchServer.StartAsync(tools, options, CancellationToken.None);
        using var surety = await SuretyProgram.OnAsync(server.Target);
        await surety.RequireAsync("backup");
        surety.MakeReadOnly();

        var backup = await SuretyProgram.EndOfAsync(surety.StartUnprivileged("backup", "--json"));
        var list = await SuretyProgram.EndOfAsync(surety.StartUnprivileged("list", "--json"));

        backup.ExitCode.ShouldBe(1, backup.Error);
        backup.Failure.GetProperty("code").GetString().ShouldBe("repository-unwritable");
        backup
            .Failure.GetProperty("hint")
            .GetString()
            .ShouldBe("check that this user owns the repository and that its file system is not mounted read-only");
        list.Json.GetProperty("backups").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_repository_the_exit_code_is_10()
    {
        using var surety = new SuretyProgram();
        surety.Use(await PostgresFixture.ServerAsync());

        var nothing = await surety.RunAsync("backup");
        Directory.CreateDirectory(surety.Repository);
        var empty = await surety.RunAsync("list");

        nothing.ExitCode.ShouldBe(10);
        nothing.Error.ShouldBe(
            $"ERROR [repository-not-found]: there is no folder {surety.Repository}\n"
                + "HINT: check the path, or make a repository there with: surety init\n"
        );
        empty.ExitCode.ShouldBe(10);
        empty.Error.ShouldBe(
            $"ERROR [repository-not-found]: {surety.Repository} is not a repository: it has no surety.json\n"
                + "HINT: check the path, or make a repository there with: surety init\n"
        );
    }

    [Fact]
    public async Task Unknown_and_ambiguous_ids_name_what_there_is()
    {
        using var surety = await SuretyProgram.OnAsync(await postgres.CreateDatabaseAsync());
        var none = await surety.RunAsync("show", "latest", "--json");
        await surety.RequireAsync("backup");
        await surety.RequireAsync("backup");

        var unknown = await surety.RunAsync("show", "19990101", "--json");
        var ambiguous = await surety.RunAsync("show", "2", "--json");

        none.ExitCode.ShouldBe(1);
        none.Failure.GetProperty("code").GetString().ShouldBe("backup-not-found");
        unknown.ExitCode.ShouldBe(1);
        unknown.Failure.GetProperty("code").GetString().ShouldBe("backup-not-found");
        ambiguous.ExitCode.ShouldBe(1);
        ambiguous.Failure.GetProperty("code").GetString().ShouldBe("backup-ambiguous");
    }

    [Fact]
    public async Task A_database_that_is_not_empty_is_never_restored_into()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, "CREATE TABLE kept AS SELECT 1 AS id");
        using var surety = await SuretyProgram.OnAsync(database);
        await surety.RequireAsync("backup");

        var run = await surety.RunAsync("restore", "latest", "--into", database.Database);

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldEndWith(
            $"ERROR [target-not-empty]: database \"{database.Database}\" exists and is not empty (it holds table public.kept); "
                + "nothing was changed\n"
                + "HINT: restore into a new name, or bring single tables back with --table\n"
        );
        (await PostgresFixture.ScalarAsync<int>(database, "SELECT id FROM kept")).ShouldBe(1);
    }

    [Fact]
    public async Task Missing_roles_are_named_all_at_once()
    {
        var database = await postgres.CreateDatabaseAsync();
        var (owner, granted) = ($"owner_{database.Database}", $"granted_{database.Database}");
        await PostgresFixture.ExecuteAsync(
            database,
            $"""
            CREATE ROLE {owner}; CREATE ROLE {granted};
            CREATE TABLE t AS SELECT 1 AS id; ALTER TABLE t OWNER TO {owner}; GRANT SELECT ON t TO {granted}
            """
        );
        using var surety = await SuretyProgram.OnAsync(database);
        await surety.RequireAsync("backup");
        await PostgresFixture.ExecuteAsync(
            database,
            $"DROP OWNED BY {granted}; REASSIGN OWNED BY {owner} TO postgres; DROP OWNED BY {owner}; DROP ROLE {owner}, {granted}"
        );
        var copy = $"{database.Database}_copy";

        var refused = await surety.RunAsync("restore", "latest", "--into", copy);
        var plain = await surety.RequireAsync("restore", "latest", "--into", copy, "--no-owner");
        await PostgresFixture.ExecuteAsync(database, $"DROP DATABASE {copy}");
        var created = await surety.RequireAsync("restore", "latest", "--into", copy, "--create-roles");
        await PostgresFixture.ExecuteAsync(database, $"DROP DATABASE {copy}");
        await PostgresFixture.ExecuteAsync(database, $"DROP ROLE {owner}, {granted}");

        refused.ExitCode.ShouldBe(4);
        refused.Error.ShouldEndWith(
            $"ERROR [roles-missing]: the server lacks 2 of the roles that the backup names: {granted}, {owner}; nothing was restored\n"
                + "HINT: create them, let --create-roles do it, or restore without owners and grants by --no-owner\n"
        );
        plain.GetProperty("rows").GetInt64().ShouldBe(1);
        created.GetProperty("createdRoles").EnumerateArray().Select(r => r.GetString()).ShouldBe([granted, owner]);
    }
}
