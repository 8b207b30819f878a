using System.Globalization;
using System.Text.Json;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Testing;

namespace Surety.IntegrationTests.Cli;

/// <summary>Surety as a child of another program: <c>--attached</c>.</summary>
public sealed class AttachedTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Tables = "CREATE TABLE large AS SELECT 1 AS id; CREATE TABLE small (id int)";

    [Fact]
    public async Task A_backup_tells_its_phases_as_lines_and_its_result_as_a_document()
    {
        using var surety = await SuretyProgram.OnAsync(await TablesAsync());
        surety.Environment["SURETY_REQUESTED_BY"] = "token ci";

        var run = await SuretyProgram.EndOfAsync(surety.StartAttached("backup"));

        run.ExitCode.ShouldBe(0, run.Error);
        var id = run.Json.GetProperty("id").GetString();
        var lines = Lines(run.Error);
        lines.ShouldNotBeEmpty();
        lines
            .Select(line => line.EnumerateObject().ShouldHaveSingleItem().Name)
            .ShouldAllBe(name => name == "progress" || name == "message");
        var record = (await surety.RequireAsync("journal")).GetProperty("records")[0];
        (record.GetProperty("backup").GetString(), record.GetProperty("requestedBy").GetString()).ShouldBe(
            (id, "token ci")
        );
    }

    [Fact]
    public async Task A_backup_ends_when_its_input_does_and_leaves_nothing()
    {
        var database = await TablesAsync();
        using var surety = await SuretyProgram.OnAsync(database);
        await using var other = await LockAsync(database);
        var process = surety.StartAttached("backup");
        var note = await NoteAsync(process.StandardError);
        note.ShouldContain($"pid {other.ProcessID} (");

        process.StandardInput.Close();
        var run = await SuretyProgram.EndOfAsync(process);

        run.ExitCode.ShouldBe(130, run.Error);
        run.Failure.GetProperty("code").GetString().ShouldBe("cancelled");
        Lines(run.Error)[^1].GetProperty("error").GetProperty("code").GetString().ShouldBe("cancelled");
        await ShouldHaveLeftNothingAsync(surety);
    }

    [Fact]
    public async Task A_backup_ends_when_the_program_that_runs_it_is_killed_and_leaves_nothing()
    {
        var database = await TablesAsync();
        using var surety = await SuretyProgram.OnAsync(database);
        await using var other = await LockAsync(database);
        using var parent = surety.StartAttachedToAnother("backup");
        var child = int.Parse(
            (await parent.StandardOutput.ReadLineAsync()).ShouldNotBeNull(),
            CultureInfo.InvariantCulture
        );
        await WaitsForTheLockAsync(database);
        ProcessTable.IsRunning(child).ShouldBeTrue();

        parent.Kill();

        await Eventually.Is(() => !ProcessTable.IsRunning(child));
        await ShouldHaveLeftNothingAsync(surety);
    }

    private async Task<ConnectionTarget> TablesAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Tables);
        return database;
    }

    private static List<JsonElement> Lines(string text) =>
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line)),
        ];

    private static async Task<NpgsqlConnection> LockAsync(ConnectionTarget database)
    {
        var connection = await PostgresFixture.OpenAsync(database);
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE small IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Reads lines until the progress has a note.</summary>
    private static async Task<string> NoteAsync(TextReader lines)
    {
        while (true)
        {
            var line = Lines((await lines.ReadLineAsync()).ShouldNotBeNull()).ShouldHaveSingleItem();
            if (
                line.TryGetProperty("progress", out var progress)
                && progress.GetProperty("note").GetString() is { } note
            )
            {
                return note;
            }
        }
    }

    private static Task WaitsForTheLockAsync(ConnectionTarget database) =>
        Eventually.Is(async () =>
            await PostgresFixture.ScalarAsync<long>(
                database,
                "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
                    + "WHERE d.datname = current_database() AND NOT granted"
            ) > 0
        );

    private static async Task ShouldHaveLeftNothingAsync(SuretyProgram surety)
    {
        surety.Files("backups").ShouldBeEmpty();
        surety.Files("locks").ShouldBeEmpty();
        var record = (await surety.RequireAsync("journal")).GetProperty("records")[0];
        (record.GetProperty("operation").GetString(), record.GetProperty("outcome").GetString()).ShouldBe(
            ("backup", "cancelled")
        );
    }
}
