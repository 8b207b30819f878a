using System.Text.Json;
using Surety.Repository;
using Surety.Repository.Journal;
using Surety.Repository.Storage.Local;
using Surety.Tests.Journal;

namespace Surety.Tests.Cli;

/// <summary>The audit as text, document and file; its figures have tests of their own.</summary>
public sealed class ReportCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surety-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_text_has_a_line_for_each_database()
    {
        await MakeAsync();

        var run = await RunAsync();

        run.ExitCode.ShouldBe(0, run.Error);
        run.Out.ShouldContain("\nDATABASE  MADE  FAILED  SUCCESS  NEWEST PROVEN");
        run.Out.ShouldMatch(@"\nshop +2 +1 +66\.66 % +none");
        run.Out.ShouldEndWith("'surety report --output FILE' writes the whole report\n");
    }

    [Fact]
    public async Task The_document_has_the_figures()
    {
        await MakeAsync();

        var run = await RunAsync("--json", "--since", "7d", "--database", "shop");

        var report = JsonSerializer.Deserialize<JsonElement>(run.Out);
        var shop = report.GetProperty("databases").EnumerateArray().ShouldHaveSingleItem();
        shop.GetProperty("name").GetString().ShouldBe("shop");
        shop.GetProperty("backups").GetProperty("made").GetInt32().ShouldBe(2);
        shop.GetProperty("backups").GetProperty("successRate").GetDouble().ShouldBe(2 / 3.0);
        shop.GetProperty("drills").GetProperty("targetSeconds").GetDouble().ShouldBe(600, "as surety.yaml says");
        shop.GetProperty("freshness").GetProperty("meetsTarget").GetBoolean().ShouldBeFalse();
        shop.GetProperty("incidents")[0].GetProperty("kind").GetString().ShouldBe("failed");
        report.GetProperty("unreadable").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("--html")]
    [InlineData("--output", "-")]
    public async Task The_page_goes_to_the_standard_output(params string[] options)
    {
        await MakeAsync();

        var run = await RunAsync(options);

        run.Out.ShouldStartWith("<!DOCTYPE html>\n");
        run.Out.ShouldEndWith("</html>\n");
    }

    [Fact]
    public async Task The_page_goes_into_a_file_and_replaces_none()
    {
        await MakeAsync();

        var first = await RunAsync("--output", "audit.html");
        var second = await RunAsync("--output", "audit.html");

        var file = Path.Join(folder, "audit.html");
        first.Out.ShouldEndWith($"written to {file}\n");
        File.ReadAllText(file).ShouldStartWith("<!DOCTYPE html>\n");
        second.ExitCode.ShouldBe(4);
        second.Error.ShouldStartWith($"ERROR [target-exists]: {file} exists already; it was left as it is");
    }

    private Task<CommandLineRun> RunAsync(params string[] options) =>
        CommandLineRun.InAsync(folder, ["report", .. options]);

    private async Task MakeAsync()
    {
        File.WriteAllText(
            Path.Join(folder, "surety.yaml"),
            """
            databases:
              production:
                url: postgres://backup@db/shop
                targets: {rpo: 24h, rto: 10m}
            repositories:
              main: {path: backups}

            """
        );
        using var store = LocalBlobStore.Create(Path.Join(folder, "backups"), TimeProvider.System);
        var repository = await BackupRepository.InitAsync(store, TimeProvider.System, default);
        var record = OperationJournalTests.Sample with { StartedAt = DateTimeOffset.UtcNow.AddDays(-2) };
        await repository.Journal.AppendAsync(record, default);
        await repository.Journal.AppendAsync(record, default);
        await repository.Journal.AppendAsync(
            record with
            {
                Outcome = JournalRecord.Failed,
                Error = "disk-full",
                Message = "no space is left",
                Backup = null,
            },
            default
        );
    }
}
