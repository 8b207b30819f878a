using System.Text.Json;
using Surety.Testing;

namespace Surety.IntegrationTests.Cli;

public sealed class MainPathTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_database_is_backed_up_verified_validated_and_restored_exactly()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var surety = await SuretyProgram.OnAsync(shop);

        var backup = await surety.RequireAsync("backup", "--description", "main path", "--tag", "kind=test");
        backup.GetProperty("isolation").GetString().ShouldBe("serializable deferrable");
        backup.GetProperty("incomplete").GetArrayLength().ShouldBe(0);
        var id = backup.GetProperty("id").GetString()!;

        var listed = await surety.RequireAsync("list");
        listed.GetProperty("backups")[0].GetProperty("id").GetString().ShouldBe(id);
        var shown = await surety.RequireAsync("show", id);
        shown.GetProperty("tags").GetProperty("kind").GetString().ShouldBe("test");
        (await surety.RequireAsync("verify")).GetProperty("damaged").GetArrayLength().ShouldBe(0);
        (await surety.RequireAsync("validate", "latest")).GetProperty("exact").GetBoolean().ShouldBeTrue();

        var copy = $"{shop.Database}_copy";
        var restored = await surety.RequireAsync("restore", id, "--into", copy);
        restored.GetProperty("rows").GetInt64().ShouldBe(backup.GetProperty("rows").GetInt64());
        var proof = await surety.RequireAsync("validate", id, "--db", $"{shop.WithDatabase(copy)}");
        await PostgresFixture.ExecuteAsync(shop, $"DROP DATABASE {copy}");
        proof.GetProperty("mismatched").GetInt32().ShouldBe(0);
        proof.GetProperty("exact").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Data_is_on_stdout_and_progress_on_stderr()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var surety = await SuretyProgram.OnAsync(shop);

        var loud = await surety.RunAsync("backup");
        var quiet = await surety.RunAsync("backup", "--quiet");

        loud.Out.ShouldStartWith("backup 2");
        loud.Out.ShouldNotContain("reading rows  ");
        loud.Error.ShouldContain("making it durable");
        quiet.Out.ShouldStartWith("backup 2");
        quiet.Error.ShouldBe("");
        surety.Files("locks").ShouldBeEmpty();
    }

    [Fact]
    public async Task Under_json_every_command_prints_one_document_and_nothing_else()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var surety = new SuretyProgram();
        surety.Use(shop);
        string[][] commands =
        [
            ["--version"],
            ["init"],
            ["doctor"],
            ["backup"],
            ["list"],
            ["show", "latest"],
            ["verify"],
            ["validate", "latest"],
            ["restore", "latest", "--table", "suppliers"],
            ["restore", "latest", "--table", "suppliers", "--replace"],
            ["show", "nothing"],
            ["no-such-command"],
            ["backup", "--jobs", "none"],
        ];

        foreach (var command in commands)
        {
            var run = await surety.RunAsync([.. command, "--json"]);

            JsonSerializer.Deserialize<JsonElement>(run.Out).ValueKind.ShouldBe(JsonValueKind.Object);
            run.Out.ShouldEndWith("}\n");
            var failed = run.Json.TryGetProperty("error", out _);
            failed.ShouldBe(run.Error.Contains("ERROR ["), string.Join(' ', command));
        }
    }

    [Fact]
    public async Task What_a_careless_statement_did_is_shown_and_taken_back_in_place()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var surety = await SuretyProgram.OnAsync(shop);
        await surety.RequireAsync("backup");
        await PostgresFixture.ExecuteAsync(shop, "DELETE FROM page_visits WHERE seconds > 2");

        var found = await surety.RunAsync("validate", "latest", "--json");
        var asked = await surety.RunAsync("restore", "latest", "--table", "page_visits", "--replace");
        var restored = await surety.RequireAsync("restore", "latest", "--table", "page_visits", "--replace", "--yes");

        found.ExitCode.ShouldBe(3);
        found.Json.GetProperty("mismatched").GetInt32().ShouldBe(1);
        asked.ExitCode.ShouldBe(4);
        asked.Error.ShouldBe(
            $"ERROR [confirmation-needed]: in database {shop.Database} this would replace public.page_visits (6,428 rows "
                + "now -> 15,000 in the backup); nothing was changed\n"
                + "HINT: run it again with --yes, or on a terminal to be asked\n"
        );
        restored.GetProperty("tables")[0].GetProperty("rowsBefore").GetInt64().ShouldBe(6428);
        (await surety.RequireAsync("validate", "latest")).GetProperty("exact").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task The_demo_shows_all_that_it_promises_and_leaves_nothing()
    {
        using var surety = new SuretyProgram();
        var scratch = Directory.CreateDirectory(Path.Combine(surety.Folder, "tmp")).FullName;
        // The server's user must be able to pass through, and to make its folder.
        File.SetUnixFileMode(surety.Folder, (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(scratch, (UnixFileMode)0b111_111_111);
        surety.Environment["TMPDIR"] = scratch;

        var run = await surety.RunAsync("demo", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        var commands = run.Json.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("exitCode"));
        commands
            .Where(code => code.ValueKind == JsonValueKind.Number)
            .Select(code => code.GetInt32())
            .ShouldBe([0, 0, 0, 0, 3, 0, 0, 0, 0]);
        Directory.EnumerateFileSystemEntries(scratch).Where(path => path.Contains("surety")).ShouldBeEmpty();
    }
}
