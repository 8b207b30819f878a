using System.Text;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.IntegrationTests.Tools;

public sealed class ToolProcessTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Sleepers = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'";

    [Fact]
    public async Task Standard_output_arrives_byte_for_byte()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, "CREATE TABLE t (a int)");
        using var archive = new MemoryStream();

        await ToolProcess.RunAsync(
            await CommandAsync(database, PostgresTool.PgDump, "-Fc", "--schema-only"),
            (output, token) => output.CopyToAsync(archive, token),
            CancellationToken.None
        );

        Encoding.ASCII.GetString(archive.ToArray(), 0, 5).ShouldBe("PGDMP");
        archive.Position = 0;
        var list = await CommandAsync(database, PostgresTool.PgRestore, "--list");
        (await ToolProcess.ReadTextAsync(list with { Input = archive }, CancellationToken.None)).ShouldContain(
            "TABLE public t postgres"
        );
    }

    [Fact]
    public async Task Standard_input_is_fed_while_output_is_read()
    {
        var database = await postgres.CreateDatabaseAsync();
        // More than the pipes of both directions hold: whoever feeds first and reads later waits for ever.
        var sql = string.Concat(Enumerable.Repeat("SELECT repeat('x', 1000);\n", 5_000));
        var command = await CommandAsync(database, PostgresTool.Psql, "-XqAt");

        var printed = await ToolProcess.ReadTextAsync(command with { Input = Utf8(sql) }, CancellationToken.None);

        printed.Length.ShouldBe(5_000 * 1_001);
    }

    [Fact]
    public async Task A_failure_carries_the_programs_name_exit_code_and_reason()
    {
        var database = await postgres.CreateDatabaseAsync();
        var command = await CommandAsync(database, PostgresTool.Psql, "-Xq", "-v", "ON_ERROR_STOP=1", "-f", "-");

        var problem = await Should.ThrowAsync<SuretyException>(() =>
            ToolProcess.ReadTextAsync(
                command with
                {
                    Input = Utf8("DO $$BEGIN RAISE NOTICE 'noise'; END$$;\nSELECT nothing FROM nowhere;"),
                },
                CancellationToken.None
            )
        );

        problem.Code.ShouldBe(ErrorCode.ToolFailed);
        problem.Object.ShouldBe("psql");
        problem.Message.ShouldBe(
            "psql failed with exit code 3: psql:<stdin>:2: ERROR:  relation \"nowhere\" does not exist"
        );
    }

    [Theory]
    [InlineData("SELECT nothing", null)]
    [InlineData("SELECT more", "psql failed with exit code 1: ERROR:  column \"more\" does not exist")]
    public async Task A_failure_can_be_forgiven_by_what_was_printed_and_its_noise_is_no_reason(
        string sql,
        string? reason
    )
    {
        var database = await postgres.CreateDatabaseAsync();
        var command = await CommandAsync(database, PostgresTool.Psql, "-Xq", "-c", "SELECT nothing", "-c", sql);
        command = command with
        {
            Noise = "\"nothing\"",
            Forgives = lines => !lines.Any(line => line.Contains("\"more\"")),
        };

        var running = ToolProcess.ReadTextAsync(command, CancellationToken.None);

        (await Record.ExceptionAsync(() => running))?.Message.ShouldBe(reason);
        running.IsFaulted.ShouldBe(reason is not null);
    }

    [Fact]
    public async Task A_password_is_in_no_message()
    {
        const string secret = "correct-horse";
        var database = await postgres.CreateDatabaseAsync() with { Password = secret };
        var command = await CommandAsync(database, PostgresTool.Psql, "-Xq", "-v", "ON_ERROR_STOP=1");

        var problem = await Should.ThrowAsync<SuretyException>(() =>
            ToolProcess.ReadTextAsync(
                command with
                {
                    Input = Utf8($"SELECT * FROM \"{secret}\";"),
                },
                CancellationToken.None
            )
        );

        problem.Message.ShouldContain("relation \"***\" does not exist");
        problem.ToString().ShouldNotContain(secret);
    }

    [Fact]
    public async Task The_users_own_connection_settings_do_not_redirect_a_program()
    {
        var environment = await ToolProcess.ReadTextAsync(
            new ToolCommand("/usr/bin/env", [])
            {
                Environment = new Dictionary<string, string> { ["PGHOST"] = "chosen" },
            },
            CancellationToken.None
        );

        var lines = environment.Split('\n').Where(line => line.StartsWith("PG", StringComparison.Ordinal)).Order();
        lines.ShouldBe(["PGHOST=chosen", "PGSYSCONFDIR=/dev/null"]);
        environment.ShouldContain("LC_ALL=C\n");
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_missing_not_failed()
    {
        var problem = await Should.ThrowAsync<SuretyException>(() =>
            ToolProcess.ReadTextAsync(new ToolCommand("/nowhere/pg_dump", []), CancellationToken.None)
        );

        problem.Code.ShouldBe(ErrorCode.ToolMissing);
        problem.Message.ShouldBe("/nowhere/pg_dump does not exist; nothing was changed");
    }

    [Fact]
    public async Task Cancelling_ends_the_program_and_its_query()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var cancellation = new CancellationTokenSource();
        var command = await CommandAsync(database, PostgresTool.Psql, "-Xq", "-c", "SELECT pg_sleep(600)");
        var running = ToolProcess.ReadTextAsync(command, cancellation.Token);
        await Eventually.Is(async () => await PostgresFixture.ScalarAsync<long>(database, Sleepers) == 1);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
        await Eventually.Is(async () => await PostgresFixture.ScalarAsync<long>(database, Sleepers) == 0);
    }

    [Fact]
    public async Task A_program_that_ignores_the_request_to_end_is_killed_with_its_children()
    {
        using var cancellation = new CancellationTokenSource();
        var started = new TaskCompletionSource<int>();
        var command = new ToolCommand("/bin/sh", ["-c", "trap '' INT TERM; sleep 600 & echo $!; wait; sleep 600"]);
        var running = ToolProcess.RunAsync(command, ReadFirstLineAsync, cancellation.Token);
        var child = await started.Task;

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
        await Eventually.Is(() => !ProcessTable.IsRunning(child));

        async Task ReadFirstLineAsync(Stream output, CancellationToken token)
        {
            using var reader = new StreamReader(output);
            started.SetResult(int.Parse((await reader.ReadLineAsync(token))!));
            await reader.ReadToEndAsync(token);
        }
    }

    [Fact]
    public async Task An_error_of_the_reader_ends_the_program_and_comes_through()
    {
        var problem = await Should.ThrowAsync<InvalidDataException>(() =>
            ToolProcess.RunAsync(
                new ToolCommand("/usr/bin/yes", []),
                (_, _) => throw new InvalidDataException("not what was expected"),
                CancellationToken.None
            )
        );

        problem.Message.ShouldBe("not what was expected");
    }

    [Fact]
    public async Task A_program_that_stops_reading_early_fails_with_its_own_reason()
    {
        var problem = await Should.ThrowAsync<SuretyException>(() =>
            ToolProcess.ReadTextAsync(
                new ToolCommand("/bin/sh", ["-c", "echo 'pg_restore: error: input file is too short' >&2; exit 1"])
                {
                    Input = new MemoryStream(new byte[10_000_000]),
                },
                CancellationToken.None
            )
        );

        problem.Message.ShouldBe("sh failed with exit code 1: input file is too short");
    }

    [Fact]
    public async Task A_flood_of_messages_neither_fills_memory_nor_hides_the_first_error()
    {
        var problem = await Should.ThrowAsync<SuretyException>(() =>
            ToolProcess.ReadTextAsync(
                new ToolCommand("/bin/sh", ["-c", "echo 'x: error: first' >&2; seq 1000000 >&2; exit 9"]),
                CancellationToken.None
            )
        );

        problem.Message.ShouldBe("sh failed with exit code 9: first");
    }

    private static async Task<ToolCommand> CommandAsync(
        ConnectionTarget target,
        PostgresTool tool,
        params string[] arguments
    ) => new((await PostgresFixture.ToolsAsync()).PathOf(tool), arguments) { Environment = target.ToEnvironment() };

    private static MemoryStream Utf8(string text) => new(Encoding.UTF8.GetBytes(text));
}
