using System.Net.Http.Json;
using System.Text.Json;
using Surety.Testing;
using Surety.Testing.Files;

namespace Surety.ServerTests.Runs;

/// <summary>As <c>eng/publish.sh</c>, a container or a package installs it, and not as it lies beside its sources.</summary>
public sealed class InstalledServerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task An_installation_runs_its_own_surety_where_there_is_no_dotnet()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var setup = new ServerSetup().Database("shop", database);
        setup.Write();
        await RunningServer.MakeRepositoriesAsync(setup);
        using var folder = new TemporaryFolder();
        using var server = ServerProcess.StartInstalled(setup, folder.Path);
        using var client = new HttpClient { BaseAddress = await server.ListeningAtAsync() };

        var answer = await client.PostAsJsonAsync("/api/v1/databases/shop/backups?wait=120", new { });

        var run = await answer.Content.ReadFromJsonAsync<JsonElement>();
        run.GetProperty("state").GetString().ShouldBe("done", $"{run}\n{server.Output}");
    }
}
