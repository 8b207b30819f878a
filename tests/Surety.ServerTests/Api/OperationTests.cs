using System.Net;
using System.Text.Json;
using Surety.Testing;

namespace Surety.ServerTests.Api;

/// <summary>Operations through the API, from the request to what they did to the database.</summary>
public sealed class OperationTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_backup_is_a_run_to_follow_and_then_listed_and_shown()
    {
        using var accepted = await server.PostAsync(
            "operator",
            "databases/shop/backups",
            new { description = "by hand", tags = new { why = "test" } }
        );
        accepted.StatusCode.ShouldBe(System.Net.HttpStatusCode.Accepted);
        var location = accepted.Headers.Location!.ToString();
        var run = JsonElement.Parse(await accepted.Content.ReadAsStringAsync());
        run.GetProperty("links").GetProperty("self").GetString().ShouldBe(location);
        run.GetProperty("requestedBy").GetString().ShouldBe("token operator");

        var end = (await EventsAsync("viewer", $"{location}/events")).Last();
        end.Name.ShouldBe("end");
        end.Data.GetProperty("state").GetString().ShouldBe("done", end.Data.ToString());
        var id = end.Data.GetProperty("result").GetProperty("id").GetString()!;

        var page = await ApiServer.ResultAsync(await server.GetAsync("viewer", "databases/shop/backups?limit=1"));
        page.GetProperty("backups")[0].GetProperty("id").GetString().ShouldBe(id);
        page.GetProperty("total").GetInt32().ShouldBeGreaterThan(1);
        var next = await ApiServer.ResultAsync(await server.GetAsync("viewer", page.GetProperty("next").GetString()!));
        string.CompareOrdinal(next.GetProperty("backups")[0].GetProperty("id").GetString(), id).ShouldBeLessThan(0);

        var shown = await ApiServer.ResultAsync(await server.GetAsync("viewer", $"databases/shop/backups/{id}"));
        shown.GetProperty("tags").GetProperty("why").GetString().ShouldBe("test");
        shown.GetProperty("tables").GetArrayLength().ShouldBeGreaterThan(0);

        var journal = await ApiServer.ResultAsync(
            await server.GetAsync("viewer", $"journal?database=shop&backup={id}")
        );
        journal.GetProperty("records")[0].GetProperty("requestedBy").GetString().ShouldBe("token operator");
    }

    [Fact]
    public async Task A_rollback_takes_the_typed_name_and_makes_the_database_equal_again()
    {
        await PostgresFixture.ExecuteAsync(server.Shop, "DELETE FROM order_items");
        var validated = await RunAsync("operator", $"backups/{server.Backup}/validate");
        validated.GetProperty("state").GetString().ShouldBe("not-sound");
        validated.GetProperty("result").GetProperty("exact").GetBoolean().ShouldBeFalse();
        var diff = await RunAsync("operator", $"backups/{server.Backup}/diff");
        diff.GetProperty("state").GetString().ShouldBe("not-sound");
        diff.GetProperty("result").GetProperty("equal").GetBoolean().ShouldBeFalse();

        var path = $"databases/shop/backups/{server.Backup}/rollback";
        foreach (var confirm in new[] { null, "", "shop", server.Shop.Database.ToUpperInvariant() })
        {
            var problem = await ApiServer.ProblemAsync(
                await server.PostAsync("admin", path, new { confirm }),
                409,
                "confirmation-needed"
            );
            problem.GetProperty("hint").GetString()!.ShouldEndWith(server.Shop.Database);
        }

        var plan = await RunAsync("operator", $"backups/{server.Backup}/rollback-plan");
        plan.GetProperty("state").GetString().ShouldBe("done", plan.ToString());
        var rolled = await RunAsync(
            "admin",
            $"backups/{server.Backup}/rollback",
            new { confirm = server.Shop.Database }
        );
        rolled.GetProperty("state").GetString().ShouldBe("done", rolled.ToString());
        (await RunAsync("operator", $"backups/{server.Backup}/validate"))
            .GetProperty("state")
            .GetString()
            .ShouldBe("done");
    }

    [Fact]
    public async Task A_backup_of_another_database_is_not_there()
    {
        foreach (var what in new[] { "verify", "validate", "drill", "rollback-plan", "pin" })
        {
            await ApiServer.ProblemAsync(
                await server.PostAsync("stranger", $"databases/other/backups/{server.Backup}/{what}"),
                404,
                "backup-not-found"
            );
        }

        await ApiServer.ProblemAsync(
            await server.GetAsync("stranger", $"databases/other/backups/{server.Backup}/bundle"),
            404,
            "backup-not-found"
        );
        await ApiServer.ProblemAsync(
            await server.PostAsync("stranger", "databases/other/verify"),
            403,
            "access-refused"
        );
        // It tells of the backups of all databases.
        using var all = await server.PostAsync("admin", "databases/other/verify");
        all.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var hidden = await server.GetAsync("stranger", $"{all.Headers.Location}");
        await ApiServer.ProblemAsync(hidden, 404, "run-not-found");

        var runs = await ApiServer.ResultAsync(await server.GetAsync("stranger", "runs"));
        runs.GetProperty("runs")
            .EnumerateArray()
            .ShouldAllBe(run => run.GetProperty("database").GetString() == "other");
        var journal = await ApiServer.ResultAsync(await server.GetAsync("stranger", "journal"));
        journal
            .GetProperty("records")
            .EnumerateArray()
            .ShouldAllBe(record => record.GetProperty("database").GetString() == server.Other.Database);
        var databases = await ApiServer.ResultAsync(await server.GetAsync("stranger", "databases"));
        databases.GetProperty("databases").EnumerateArray().Single().GetProperty("name").GetString().ShouldBe("other");
    }

    [Fact]
    public async Task A_prune_of_one_database_tells_nothing_of_the_backups_of_another()
    {
        var forgotten = await MakeBackupAsync("shop");
        var path = $"backups/{forgotten}?confirm={server.Shop.Database}&allowNewest=true";
        var forgot = await ApiServer.ResultAsync(
            await server.SendAsync("admin", HttpMethod.Delete, $"databases/shop/{path}&wait=120")
        );
        forgot.GetProperty("state").GetString().ShouldBe("done", forgot.ToString());
        var own = await MakeBackupAsync("other");

        var answer = await server.PostAsync("stranger", "databases/other/prune?wait=120", new { dryRun = true });
        var plan = await ApiServer.ResultAsync(answer);

        plan.GetProperty("state").GetString().ShouldBe("done", plan.ToString());
        var text = plan.ToString();
        text.ShouldContain(own);
        text.ShouldNotContain(server.Backup);
        text.ShouldNotContain(forgotten);
        text.ShouldNotContain(server.Shop.Database);

        async Task<string> MakeBackupAsync(string database)
        {
            var run = await ApiServer.ResultAsync(
                await server.PostAsync("admin", $"databases/{database}/backups?wait=120", new { })
            );
            return run.GetProperty("result").GetProperty("id").GetString()!;
        }
    }

    [Theory]
    [InlineData("backups/latest/diff", """{"tables": ["--db=postgres://elsewhere/x"]}""", "failed")]
    [InlineData("backups", """{"description": "--config=/etc/passwd\n--db"}""", "done")]
    public async Task No_value_becomes_an_option(string path, string body, string states)
    {
        var run = await RunAsync("operator", path, JsonElement.Parse(body));
        states.Split(',').ShouldContain(run.GetProperty("state").GetString(), run.ToString());
        if (run.GetProperty("state").GetString() == "failed")
        {
            run.GetProperty("error").GetProperty("code").GetString().ShouldBe("table-not-in-backup", run.ToString());
        }
    }

    [Theory]
    [InlineData("operator", "backups/-h/verify", null, 404)]
    [InlineData("operator", "backups/latest/copy", """{"to": "/tmp/anywhere"}""", 400)]
    [InlineData("admin", "backups/latest/restore", """{"into": "postgres://elsewhere/x", "confirm": "DB"}""", 400)]
    [InlineData("admin", "backups/latest/restore", """{"into": "host=elsewhere", "confirm": "DB"}""", 400)]
    [InlineData("admin", "rehearse", """{"files": [{"name": "../x.sql", "sql": "SELECT 1"}]}""", 400)]
    [InlineData("admin", "rehearse", """{"files": [{"name": "x.sql", "sql": "\\i /etc/passwd"}]}""", 400)]
    [InlineData("operator", "check", """{"files": [{"name": "x.sql", "sql": "SELECT 1; \\ir ../surety.yaml"}]}""", 400)]
    [InlineData("operator", "check", """{"files": [{"name": "x.sql", "sql": "\\include /etc/passwd"}]}""", 400)]
    [InlineData("admin", "rehearse", """{"files": []}""", 400)]
    [InlineData("operator", "backups", """{"timeout": "soon"}""", 400)]
    [InlineData("operator", "backups?wait=4000", "{}", 400)]
    public async Task What_would_reach_beyond_the_database_is_refused(string who, string path, string? body, int status)
    {
        var content = body is null
            ? null
            : (object)JsonElement.Parse(body.Replace("DB", server.Shop.Database, StringComparison.Ordinal));
        await ApiServer.ProblemAsync(
            await server.PostAsync(who, $"databases/shop/{path}", content),
            status,
            status == 404 ? "backup-not-found" : "invalid-argument"
        );
    }

    [Fact]
    public async Task Twenty_calls_with_one_key_are_one_run()
    {
        var path = "databases/shop/backups/latest/pin";
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ => server.PostAsync("operator", path, new { reason = "once" }, key: "twenty"))
        );
        var ids = new HashSet<string>();
        foreach (var answer in answers)
        {
            ids.Add((await ApiServer.ResultAsync(answer)).GetProperty("id").GetString()!);
        }

        ids.Count.ShouldBe(1);
        await ApiServer.ProblemAsync(
            await server.PostAsync("operator", path, new { reason = "something else" }, key: "twenty"),
            422,
            "request-conflict"
        );
        var another = await ApiServer.ResultAsync(
            await server.PostAsync("admin", path, new { reason = "once" }, key: "twenty")
        );
        ids.ShouldNotContain(another.GetProperty("id").GetString()!);
    }

    [Fact]
    public async Task A_check_and_a_rehearsal_tell_what_a_migration_does()
    {
        var files = new[] { new { name = "V1__drop.sql", sql = "DROP TABLE order_items;" } };
        var check = await RunAsync("operator", "check", new { files });
        check.GetProperty("result").GetProperty("risk").GetString().ShouldBe("high", check.ToString());
        var rehearsal = await RunAsync("admin", "rehearse", new { files });
        rehearsal.GetProperty("result").GetProperty("droppedObjects").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_files_of_an_export_are_downloaded()
    {
        var run = await RunAsync(
            "operator",
            $"backups/{server.Backup}/export",
            new { format = "csv", tables = new[] { "customers" } }
        );
        run.GetProperty("state").GetString().ShouldBe("done", run.ToString());
        var files = run.GetProperty("links").GetProperty("files").GetString()!;
        var list = (await ApiServer.ResultAsync(await server.GetAsync("operator", files))).GetProperty("files");
        var csv = list.EnumerateArray()
            .Single(file => file.GetProperty("name").GetString()!.EndsWith(".csv", StringComparison.Ordinal));
        using var content = await server.GetAsync("operator", csv.GetProperty("link").GetString()!);
        content.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        (await content.Content.ReadAsStringAsync()).Split('\n').Length.ShouldBeGreaterThan(2);
        await ApiServer.ProblemAsync(
            await server.GetAsync("operator", $"{files}/..%2f..%2fruns"),
            404,
            "run-not-found"
        );
        await ApiServer.ProblemAsync(await server.GetAsync("viewer", files), 403, "access-refused");
    }

    [Fact]
    public async Task A_rehearsal_that_fails_tells_the_statement_at_which_it_stopped()
    {
        var script = new { files = new[] { new { name = "V1.sql", sql = "SELECT 1;\nDROP TABLE nothing;" } } };
        var answer = await server.PostAsync("admin", "databases/shop/rehearse?wait=120", script);
        var run = await ApiServer.ResultAsync(answer);
        run.GetProperty("state").GetString().ShouldBe("not-sound");
        run.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        var stopped = run.GetProperty("result").GetProperty("error");
        stopped.GetProperty("line").GetInt32().ShouldBe(2);
        stopped.GetProperty("message").GetString()!.ShouldContain("nothing");
    }

    private async Task<JsonElement> RunAsync(string who, string path, object? body = null)
    {
        var separator = path.Contains('?') ? '&' : '?';
        var run = await ApiServer.ResultAsync(
            await server.PostAsync(who, $"databases/shop/{path}{separator}wait=120", body)
        );
        run.GetProperty("hasEnded").GetBoolean().ShouldBeTrue(run.ToString());
        return run;
    }

    private async Task<List<(string Name, JsonElement Data)>> EventsAsync(string who, string path)
    {
        using var answer = await server.GetAsync(who, path);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var text = await answer.Content.ReadAsStringAsync();
        return
        [
            .. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(item => item.Split('\n'))
                .Select(lines => (lines[0]["event: ".Length..], JsonElement.Parse(lines[1]["data: ".Length..]))),
        ];
    }
}
