using System.Diagnostics;
using System.Text.Json;
using Surety.Testing;

namespace Surety.ServerTests.Api;

[Collection(nameof(ApiServer))]
public sealed class BundleTests(ApiServer server)
{
    [Fact]
    public async Task A_bundle_that_was_downloaded_is_restored_by_the_command_line()
    {
        using var answer = await server.GetAsync("operator", $"databases/shop/backups/{server.Backup}/bundle");
        answer.IsSuccessStatusCode.ShouldBeTrue();
        var name = answer.Content.Headers.ContentDisposition!.FileName!;
        name.ShouldBe($"{server.Shop.Database}-{server.Backup}.tar");
        answer.Content.Headers.ContentLength.ShouldBeNull("it is sent as it is read");
        var file = Path.Combine(server.Folder, "downloaded.tar");
        await using (var target = File.Create(file))
        {
            await answer.Content.CopyToAsync(target);
        }

        var into = await server.NameDatabaseAsync();
        var restored = await SuretyAsync(
            "restore",
            file,
            "--into",
            into,
            "--db",
            "shop",
            "--config",
            server.Configuration
        );
        restored.GetProperty("rows").GetInt64().ShouldBeGreaterThan(0);
        var count = "SELECT count(*) FROM orders";
        (await PostgresFixture.ScalarAsync<long>(server.Shop.WithDatabase(into), count)).ShouldBe(
            await PostgresFixture.ScalarAsync<long>(server.Shop, count)
        );

        var journal = await ApiServer.ResultAsync(await server.GetAsync("admin", "journal?operation=bundle"));
        var record = journal.GetProperty("records")[0];
        record.GetProperty("requestedBy").GetString().ShouldBe("token operator");
        record.GetProperty("backup").GetString().ShouldBe(server.Backup);
    }

    [Fact]
    public async Task It_takes_an_operator() =>
        await ApiServer.ProblemAsync(
            await server.GetAsync("viewer", "databases/shop/backups/latest/bundle"),
            403,
            "access-refused"
        );

    private static async Task<JsonElement> SuretyAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ProjectFolders.Program, .. arguments, "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await error);
        return JsonElement.Parse(output);
    }
}
