using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Testing;

namespace Surety.IntegrationTests.Cli;

/// <summary>The way back exists before the command runs, and the command is run as if Surety were not there.</summary>
public sealed class GuardTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Small = """
        CREATE TABLE people (id int PRIMARY KEY, name text);
        INSERT INTO people VALUES (1, 'Ada'), (2, 'Grace'), (3, 'Edsger');
        """;

    private const string Careless = "DELETE FROM people WHERE id > 1; ALTER TABLE people ADD born date; SELECT 1/0";

    [Fact]
    public async Task A_command_that_succeeds_is_reported_and_knows_its_backup()
    {
        var (surety, database) = await OnAsync();
        using var _ = surety;
        var script =
            $"echo $SURETY_BACKUP_ID; {await PsqlAsync(database, "UPDATE people SET name = 'Barbara' WHERE id = 2")}";

        var run = await surety.RunAsync("guard", "--", "sh", "-c", script);

        run.ExitCode.ShouldBe(0, run.Error);
        var backup = (await surety.RequireAsync("list")).GetProperty("backups")[0];
        var id = backup.GetProperty("id").GetString();
        backup.GetProperty("verifyOutcome").GetString().ShouldBe("sound");
        run.Out.ShouldBe($"{id}\nUPDATE 1\n");
        run.Error.ShouldContain($"backup {id} is verified; running sh -c ");
        run.Error.ShouldContain(
            $"database {database.Database} was changed:\n  public.people: 1 row changed\n    changed: id = 2\n"
        );
        run.Error.ShouldEndWith(
            "the changes are kept. To take them back (1 row), and with them whatever other sessions committed since:\n"
                + $"  surety rollback {id}\n"
        );
    }

    [Fact]
    public async Task A_command_that_fails_keeps_its_changes_and_its_exit_code_and_the_way_back_works()
    {
        var (surety, database) = await OnAsync();
        using var _ = surety;

        var run = await surety.RunAsync("guard", "--json", "--", "sh", "-c", await PsqlAsync(database, Careless));

        run.ExitCode.ShouldBe(1, run.Error);
        run.Error.ShouldContain("division by zero");
        run.Json.GetProperty("outcome").GetString().ShouldBe("kept");
        run.Json.GetProperty("changes").GetProperty("tables")[0].GetProperty("onlyInBackup").GetInt64().ShouldBe(3);
        run.Json.GetProperty("changes")
            .GetProperty("schemaChanges")[0]
            .GetProperty("definition")
            .GetString()
            .ShouldBe("TABLE public.people");
        var recovery = run.Json.GetProperty("recovery").GetString()!.Split(' ');
        recovery[0].ShouldBe("surety");
        await surety.RequireAsync([.. recovery[1..], "--yes"]);
        (await surety.RequireAsync("diff", recovery[2])).GetProperty("equal").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_command_that_fails_is_rolled_back_where_that_was_ordered()
    {
        var (surety, database) = await OnAsync();
        using var _ = surety;

        var run = await surety.RunAsync(
            "guard",
            "--on-failure",
            "rollback",
            "--",
            "sh",
            "-c",
            $"{await PsqlAsync(database, Careless)}; exit 9"
        );

        run.ExitCode.ShouldBe(9, run.Error);
        run.Error.ShouldContain("equals backup");
        (await NamesAsync(database)).ShouldBe("Ada,Grace,Edsger");
    }

    [Fact]
    public async Task A_dry_run_shows_the_changes_and_takes_them_back_and_leaves_stdout_to_the_document()
    {
        var (surety, database) = await OnAsync();
        using var _ = surety;

        var run = await surety.RunAsync(
            "guard",
            "--dry-run",
            "--json",
            "--",
            "sh",
            "-c",
            await PsqlAsync(database, "DELETE FROM people WHERE id = 1")
        );

        run.ExitCode.ShouldBe(0, run.Error);
        run.Error.ShouldContain("DELETE 1\n");
        run.Json.GetProperty("outcome").GetString().ShouldBe("rolled-back");
        run.Json.GetProperty("changes").GetProperty("tables")[0].GetProperty("onlyInBackup").GetInt64().ShouldBe(1);
        run.Json.GetProperty("rollback").GetProperty("safetyBackup").GetString().ShouldNotBeNull();
        (await NamesAsync(database)).ShouldBe("Ada,Grace,Edsger");
    }

    [Theory]
    [InlineData("no-such-command", 127)]
    [InlineData("/etc/passwd", 126)]
    public async Task A_command_that_cannot_be_started_ends_as_in_a_shell(string command, int exitCode)
    {
        var (surety, _) = await OnAsync();
        using var __ = surety;

        var run = await surety.RunAsync("guard", "--json", "--", command, "argument");

        run.ExitCode.ShouldBe(exitCode, run.Error);
        run.Json.GetProperty("outcome").GetString().ShouldBe("not-started");
        run.Error.ShouldContain($"WARNING: {command} argument: ");
    }

    [Theory]
    [InlineData(Trouble.NoRepository, "repository-not-found")]
    [InlineData(Trouble.NoServer, "connection-failed")]
    [InlineData(Trouble.UnwritableRepository, null)]
    [InlineData(Trouble.DamagedRepository, "object-damaged")]
    [InlineData(Trouble.WrongUsage, "invalid-argument")]
    public async Task Without_a_verified_backup_the_command_is_not_started(Trouble trouble, string? code)
    {
        var (surety, _) = await OnAsync();
        using var __ = surety;
        var options = await MakeAsync(trouble, surety);

        var run = await surety.RunAsync(["guard", "--json", .. options, "--", "touch", "started"]);

        run.ExitCode.ShouldBe(125, run.Error);
        run.Failure.GetProperty("code").GetString().ShouldBe(code ?? run.Failure.GetProperty("code").GetString());
        File.Exists(Path.Combine(surety.Folder, "started")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_request_to_end_reaches_the_command_and_Surety_outlives_it()
    {
        var (surety, _) = await OnAsync();
        using var __ = surety;
        var started = Path.Combine(surety.Folder, "started");
        var process = surety.Start(
            "guard",
            "--",
            "sh",
            "-c",
            "trap 'exit 7' TERM; touch started; while :; do sleep 0.05; done"
        );
        await Eventually.Is(() => File.Exists(started));

        SuretyProgram.AskToEnd(process);
        var run = await SuretyProgram.EndOfAsync(process);

        run.ExitCode.ShouldBe(7, run.Error);
        run.Error.ShouldContain("ended with exit code 7 after ");
        run.Error.ShouldEndWith("stays\n");
        surety.Files("locks").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_command_that_a_signal_ended_has_the_exit_code_of_a_shell()
    {
        var (surety, _) = await OnAsync();
        using var __ = surety;

        (await surety.RunAsync("guard", "--", "sh", "-c", "kill -9 $$")).ExitCode.ShouldBe(137);
    }

    [Fact]
    public async Task Where_nothing_was_changed_there_is_nothing_to_take_back_and_the_run_is_recorded()
    {
        var (surety, database) = await OnAsync();
        using var _ = surety;

        var run = await surety.RunAsync("guard", "--on-failure", "rollback", "--json", "--", "false");

        run.ExitCode.ShouldBe(1, run.Error);
        run.Json.GetProperty("outcome").GetString().ShouldBe("unchanged");
        run.Error.ShouldContain($"database {database.Database} is as it was\n");
        var records = surety.Files("journal").Select(File.ReadAllText).ToList();
        records.ShouldContain(r => r.Contains("\"operation\":\"guard\"") && r.Contains("\"command\":\"false\""));
    }

    private static async Task<string[]> MakeAsync(Trouble trouble, SuretyProgram surety)
    {
        switch (trouble)
        {
            case Trouble.NoRepository:
                return ["--repo", Path.Combine(surety.Folder, "nowhere")];
            case Trouble.NoServer:
                return ["--db", "postgres://localhost:1/nowhere"];
            case Trouble.WrongUsage:
                return ["--no-such-option"];
            case Trouble.UnwritableRepository:
                await File.WriteAllTextAsync(Path.Combine(surety.Repository, "objects"), "a file in place of a folder");
                return [];
            default:
                await surety.RequireAsync("backup");
                var chunk = surety.Files("objects").MinBy(file => new FileInfo(file).Length)!;
                var bytes = await File.ReadAllBytesAsync(chunk);
                bytes[^1] ^= 1;
                await File.WriteAllBytesAsync(chunk, bytes);
                return [];
        }
    }

    private async Task<(SuretyProgram Surety, ConnectionTarget Database)> OnAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Small);
        return (await SuretyProgram.OnAsync(database), database);
    }

    private static async Task<string> PsqlAsync(ConnectionTarget database, string sql)
    {
        var psql = (await PostgresFixture.ToolsAsync()).PathOf(PostgresTool.Psql);
        var statements = string.Join(' ', sql.Split("; ").Select(statement => $"-c \"{statement}\""));
        return $"{psql} -X -v ON_ERROR_STOP=1 '{SuretyProcess.UrlOf(database)}' {statements}";
    }

    private static Task<string> NamesAsync(ConnectionTarget database) =>
        PostgresFixture.ScalarAsync<string>(database, "SELECT string_agg(name, ',' ORDER BY id) FROM people");

    public enum Trouble
    {
        NoRepository,
        NoServer,
        UnwritableRepository,
        DamagedRepository,
        WrongUsage,
    }
}
