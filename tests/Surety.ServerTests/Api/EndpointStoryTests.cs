using System.Text.Json;
using Surety.Core.Configuration;
using Surety.Core.Postgres;
using Surety.Server.Served;
using Surety.Testing;

namespace Surety.ServerTests.Api;

/// <summary>
/// Every endpoint once for what it is for: with a valid body the role below is refused, so is who may use another database
/// alone, the lowest role that may is answered, and what it wanted has come true. One that is missing here fails the test.
/// </summary>
[Collection(nameof(ApiServer))]
public sealed class EndpointStoryTests(ApiServer server)
{
    private const string Databases = "/api/v1/databases";
    private const string Database = $"{Databases}/{{database}}";
    private const string Backups = $"{Database}/backups";
    private const string Backup = $"{Backups}/{{backup}}";
    private const string Runs = "/api/v1/runs";
    private const string Run = $"{Runs}/{{run}}";
    private static readonly object[] Files =
    [
        new { name = "V1__notes.sql", sql = "CREATE TABLE notes (id integer PRIMARY KEY);" },
    ];

    private readonly HashSet<string> told = [];

    /// <summary>What an address is about.</summary>
    private string backup = "";
    private string run = "";
    private string file = "";

    private object Confirmed => new { confirm = server.Shop.Database };

    [Fact]
    public async Task Every_endpoint_does_what_it_is_for_and_refuses_who_may_not()
    {
        backup = await MakeBackupAsync();
        await LookAsync();
        await ProveAsync();
        await UseAsync();
        await ReplaceAsync();
        await LetGoAsync();
        await FollowRunsAsync();
        await AlertAsync();
        await CallAsOldApplicationsAsync();

        told.Order(StringComparer.Ordinal)
            .ShouldBe(ServedEndpoint.AllOf(server.Server).Select(one => $"{one}").Order(StringComparer.Ordinal));
    }

    private async Task LookAsync()
    {
        (await ListAsync(Databases, "databases", "name")).ShouldBe(["shop", "other"]);
        var shop = await ReadAsync(Database, "viewer");
        shop.GetProperty("database").GetString().ShouldBe(server.Shop.Database);
        (await IdsAsync()).ShouldContain(backup);
        var shown = await ShowAsync();
        shown.GetProperty("description").GetString().ShouldBe("made by the story");
        shown.GetProperty("verifyOutcome").GetString().ShouldBeNull();
        (await TextAsync(Backup + "/bundle", "operator")).ShouldContain(backup);
        (await ListAsync("/api/v1/journal", "records", "operation")).ShouldContain("backup");
        (await ListAsync("/api/v1/schedules", "schedules", "database", Others.SeeOwn)).ShouldBe(["other"]);
        (await ReadAsync("/api/v1/health", "viewer", Others.SeeOwn))
            .GetProperty("ready")
            .GetString()
            .ShouldBe("/health/ready");
    }

    private async Task ProveAsync()
    {
        await RunAsync("POST", Backup + "/verify", "operator");
        (await ShowAsync()).GetProperty("verifyOutcome").GetString().ShouldBe("sound");
        (await ResultAsync(Backup + "/validate", "operator")).GetProperty("exact").GetBoolean().ShouldBeTrue();
        (await ResultAsync(Backup + "/diff", "operator")).GetProperty("equal").GetBoolean().ShouldBeTrue();
        await RunAsync("POST", Backup + "/drill", "operator");
        (await ShowAsync()).GetProperty("drillOutcome").GetString().ShouldBe("proven");
        (await ResultAsync(Backup + "/rollback-plan", "operator")).GetProperty("dryRun").GetBoolean().ShouldBeTrue();
        (await ResultAsync(Database + "/check", "operator", new { files = Files }))
            .GetProperty("risk")
            .GetString()
            .ShouldBe("none");
        (await ResultAsync(Database + "/rehearse", "admin", new { files = Files, schemaOnly = true }))
            .GetProperty("statements")
            .GetArrayLength()
            .ShouldBe(1);
        (await CountAsync("pg_class WHERE relname = 'notes'")).ShouldBe(0);
        await RunAsync("POST", Database + "/verify", "operator");
    }

    private async Task UseAsync()
    {
        await RunAsync("POST", Backup + "/pin", "operator", new { reason = "kept" });
        (await ShowAsync()).GetProperty("pinned").GetBoolean().ShouldBeTrue();
        await RunAsync("POST", Backup + "/unpin", "operator");
        (await ShowAsync()).GetProperty("pinned").GetBoolean().ShouldBeFalse();

        await RunAsync("POST", Backup + "/copy", "operator", new { to = "second" });
        var second = server.Server.Get<SuretySettings>().FindRepository("second");
        var copied = await server.Server.Get<RepositoryViews>().ReadAsync(second, default);
        copied.Backups.Select(one => $"{one.Id}").ShouldContain(backup);

        var tables = new[] { "suppliers" };
        run = Id(await RunAsync("POST", Backup + "/export", "operator", new { format = "csv", tables }));
        var files = (await ReadAsync(Run + "/files", "operator", Others.FindNothing)).GetProperty("files");
        file = files
            .EnumerateArray()
            .Select(one => one.GetProperty("name").GetString()!)
            .Single(name => name.EndsWith(".csv", StringComparison.Ordinal));
        (await TextAsync(Run + "/files/{name}", "operator", Others.FindNothing)).ShouldContain("Supplier 40");
    }

    private async Task ReplaceAsync()
    {
        var into = await server.NameDatabaseAsync();
        await RunAsync("POST", Backup + "/restore", "admin", new { into, confirm = server.Shop.Database });
        (await CountAsync("suppliers", server.Shop.WithDatabase(into))).ShouldBe(40);

        await PostgresFixture.ExecuteAsync(server.Shop, "DELETE FROM suppliers WHERE id > 7");
        await RunAsync(
            "POST",
            Backup + "/restore-tables",
            "admin",
            new
            {
                tables = new[] { "suppliers" },
                replace = true,
                confirm = server.Shop.Database,
            }
        );
        (await CountAsync("suppliers")).ShouldBe(40);

        await PostgresFixture.ExecuteAsync(server.Shop, "DELETE FROM suppliers WHERE id > 7");
        await RunAsync("POST", Backup + "/rollback", "admin", Confirmed);
        (await CountAsync("suppliers")).ShouldBe(40);
    }

    private async Task LetGoAsync()
    {
        var first = backup;
        backup = await MakeBackupAsync();
        await RunAsync("DELETE", Backup, "admin", query: $"confirm={server.Shop.Database}&allowNewest=true");
        (await ForgottenAsync()).ShouldContain(backup);
        (await IdsAsync()).ShouldNotContain(backup);
        await RunAsync("POST", Backup + "/unforget", "admin", Confirmed);
        (await ForgottenAsync()).ShouldNotContain(backup);
        (await IdsAsync()).ShouldContain(backup);

        var plan = await ResultAsync(Database + "/prune", "operator", new { dryRun = true });
        plan.GetProperty("dryRun").GetBoolean().ShouldBeTrue();
        var pruned = await ResultAsync(Database + "/prune", "admin", Confirmed);
        pruned.GetProperty("dryRun").GetBoolean().ShouldBeFalse();
        // No rule says what is kept: everything is.
        (await IdsAsync()).ShouldContain(first);
        backup = first;
    }

    private async Task FollowRunsAsync()
    {
        (await ListAsync(Runs, "runs", "operation")).ShouldContain("prune");
        (await ReadAsync(Run, "viewer", Others.FindNothing)).GetProperty("state").GetString().ShouldBe("done");
        (await TextAsync(Run + "/events", "viewer", Others.FindNothing)).ShouldStartWith("event: end");

        var sleeping = new { files = new[] { new { name = "V1.sql", sql = "SELECT pg_sleep(600);" } } };
        var running = Id(await JsonAsync(await server.PostAsync("admin", "databases/shop/rehearse", sleeping)));
        run = Id(await JsonAsync(await server.PostAsync("operator", "databases/shop/backups")));
        var cancelled = await JsonAsync(await CallAsync("POST", Run + "/cancel", "operator", Others.FindNothing));
        cancelled.GetProperty("state").GetString().ShouldBe("cancelled");
        await JsonAsync(await server.PostAsync("admin", $"runs/{running}/cancel"));
    }

    private async Task AlertAsync()
    {
        (await ReadAsync("/api/v1/alerts", "viewer", Others.SeeOwn)).TryGetProperty("open", out _).ShouldBeTrue();
        using var channels = await CallAsync("GET", "/api/v1/alerts/channels", "viewer", Others.AreRefused);
        JsonElement
            .Parse(await channels.Content.ReadAsStringAsync())[0]
            .GetProperty("name")
            .GetString()
            .ShouldBe("ops");
        var test = await CallAsync(
            "POST",
            "/api/v1/alerts/test",
            "operator",
            Others.AreRefused,
            new { channel = "ops" }
        );
        (await JsonAsync(test)).GetProperty("delivered").GetBoolean().ShouldBeTrue();
        while ((await server.Receiver.NextAsync()).Text("event") != "test") { }
    }

    private async Task CallAsOldApplicationsAsync()
    {
        var (database, confirm, into) = ("shop", server.Shop.Database, await server.NameDatabaseAsync());
        var made = await OldAsync("/api/backup/create", "operator", new { database });
        var backupId = made.GetProperty("backupId").GetString()!;
        (await IdsAsync()).ShouldContain(backupId);
        var exported = await OldAsync(
            "/api/backup/export-csv",
            "operator",
            new
            {
                database,
                backupId,
                tables = new[] { "suppliers" },
            }
        );
        exported.GetProperty("run").GetProperty("links").GetProperty("files").GetString().ShouldNotBeNull();

        await PostgresFixture.ExecuteAsync(server.Shop, "DELETE FROM suppliers WHERE id > 7");
        await RestoreAsync(into);
        (await CountAsync("suppliers", server.Shop.WithDatabase(into))).ShouldBe(40);
        (await CountAsync("suppliers")).ShouldBe(7);

        var validation = new { database, backupId };
        var different = await OldAsync("/api/admin/validate-backup", "operator", validation, succeeds: false);
        different.GetProperty("backupId").GetString().ShouldBe(backupId);
        await RestoreAsync(into: null);
        await OldAsync("/api/admin/validate-backup", "operator", validation);

        Task<JsonElement> RestoreAsync(string? into) =>
            OldAsync(
                "/api/admin/restore-backup",
                "admin",
                new
                {
                    database,
                    backupId,
                    confirm,
                    into,
                }
            );
    }

    /// <summary>What becomes of who may use another database alone, as admin.</summary>
    private enum Others
    {
        AreRefused,

        /// <summary>As if it were not there.</summary>
        FindNothing,
        SeeOwn,
    }

    /// <summary>Calls an endpoint as all who may not, and then as the lowest role that may.</summary>
    private async Task<HttpResponseMessage> CallAsync(
        string method,
        string pattern,
        string lowest,
        Others others,
        object? body = null,
        string query = ""
    )
    {
        told.Add($"{method} {pattern}");
        var address = new ServedEndpoint(new HttpMethod(method), pattern, false).Address(backup, run, file);
        if (lowest != "viewer")
        {
            await ApiServer.ProblemAsync(
                await SendAsync(lowest == "admin" ? "operator" : "viewer"),
                403,
                "access-refused"
            );
        }

        var (status, code) = others == Others.FindNothing ? (404, "run-not-found") : (403, "access-refused");
        if (others == Others.SeeOwn)
        {
            var text = await (await SendAsync("stranger")).Content.ReadAsStringAsync();
            text.ShouldNotContain("\"shop\"", Case.Sensitive, pattern);
            text.ShouldNotContain(server.Shop.Database, Case.Sensitive, pattern);
        }
        else
        {
            await ApiServer.ProblemAsync(await SendAsync("stranger"), status, code);
        }

        var answer = await SendAsync(lowest);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{method} {address}: {await FailureAsync(answer)}");
        return answer;

        Task<HttpResponseMessage> SendAsync(string who) =>
            server.SendAsync(
                who,
                new HttpMethod(method),
                query.Length > 0 ? $"{address}?{query}" : address,
                body is null ? null : System.Net.Http.Json.JsonContent.Create(body)
            );
    }

    private static async Task<string> FailureAsync(HttpResponseMessage answer) =>
        answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync();

    /// <summary>Runs an operation to its end, which has to be done.</summary>
    private async Task<JsonElement> RunAsync(
        string method,
        string pattern,
        string lowest,
        object? body = null,
        string query = ""
    )
    {
        var ended = await JsonAsync(
            await CallAsync(method, pattern, lowest, Others.AreRefused, body, $"wait=300&{query}")
        );
        ended.GetProperty("state").GetString().ShouldBe("done", $"{method} {pattern}: {ended}");
        ended.GetProperty("requestedBy").GetString().ShouldBe($"token {lowest}");
        return ended;
    }

    private async Task<JsonElement> ResultAsync(string pattern, string lowest, object? body = null) =>
        (await RunAsync("POST", pattern, lowest, body)).GetProperty("result");

    private async Task<JsonElement> OldAsync(string pattern, string lowest, object body, bool succeeds = true)
    {
        var answer = await JsonAsync(await CallAsync("POST", pattern, lowest, Others.AreRefused, body));
        answer.GetProperty("success").GetBoolean().ShouldBe(succeeds, answer.ToString());
        return answer;
    }

    private async Task<JsonElement> ReadAsync(string pattern, string lowest, Others others = Others.AreRefused) =>
        await JsonAsync(await CallAsync("GET", pattern, lowest, others));

    private async Task<string> TextAsync(string pattern, string lowest, Others others = Others.AreRefused)
    {
        using var answer = await CallAsync("GET", pattern, lowest, others);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>One member of all entries of a list of which everybody sees his own.</summary>
    private async Task<IEnumerable<string?>> ListAsync(
        string pattern,
        string list,
        string member,
        Others others = Others.SeeOwn
    ) =>
        (await ReadAsync(pattern, "viewer", others))
            .GetProperty(list)
            .EnumerateArray()
            .Select(entry => entry.GetProperty(member).GetString());

    private async Task<string> MakeBackupAsync() =>
        Id(await ResultAsync(Backups, "operator", new { description = "made by the story" }));

    private Task<JsonElement> ShowAsync() => ReadAsync(Backup, "viewer");

    private async Task<IEnumerable<string?>> IdsAsync() => await ListAsync(Backups, "backups", "id", Others.AreRefused);

    private async Task<IEnumerable<string?>> ForgottenAsync() =>
        await ListAsync(Backups + "/forgotten", "forgotten", "id", Others.AreRefused);

    private Task<long> CountAsync(string what, ConnectionTarget? target = null) =>
        PostgresFixture.ScalarAsync<long>(target ?? server.Shop, $"SELECT count(*) FROM {what}");

    private static Task<JsonElement> JsonAsync(HttpResponseMessage answer) => ApiServer.ResultAsync(answer);

    private static string Id(JsonElement document) => document.GetProperty("id").GetString()!;
}
