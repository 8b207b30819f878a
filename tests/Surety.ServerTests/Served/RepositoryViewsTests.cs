using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Surety.Core.Configuration;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Storage.Local;
using Surety.Server.Served;
using Surety.Testing;
using Surety.Testing.Time;

namespace Surety.ServerTests.Served;

/// <summary>Looks into repositories that are folders, by a clock that the test moves.</summary>
public sealed class RepositoryViewsTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly ManualTimeProvider clock = new();
    private readonly ServerSetup setup = new();
    private WebApplication app = null!;
    private RepositoryViews views = null!;
    private IReadOnlyList<ServedDatabase> databases = [];

    public async Task InitializeAsync()
    {
        setup
            .Database("shop", Unreached.Database())
            .Repository("second")
            .Database("other", Unreached.Database(), "repository: second");
        app = await RunningServer.BuildAsync(setup);
        views = new RepositoryViews(app.Services.GetRequiredService<SuretySettings>(), clock);
        databases = app.Services.GetRequiredService<ServedDatabases>().All;
    }

    [Fact]
    public async Task A_disk_that_hangs_keeps_nobody_waiting_nor_from_other_repositories_and_is_read_once_it_answers()
    {
        using var disk = HangingFile.Instead(Path.Join(setup.RepositoryPath(), "surety.json"));
        var patience = clock.NextTimerAsync(TimeSpan.FromSeconds(20));

        var asked = views.ReadAsync(databases[0], Never);
        await patience;
        (await views.ReadAsync(databases[1], Never)).Name.ShouldBe("second");
        clock.Advance(TimeSpan.FromSeconds(20));

        (await Should.ThrowAsync<SuretyException>(() => asked)).Code.ShouldBe(ErrorCode.RepositoryUnreachable);
        disk.Answer();
        await Eventually.Is(async () => await NameOfAsync(databases[0]) == "main");
    }

    [Fact]
    public async Task Months_that_are_over_are_read_once_and_the_newest_each_time()
    {
        await AppendAsync(clock.GetUtcNow().AddMonths(-14));
        await AppendAsync(clock.GetUtcNow().AddMonths(-1));
        (await CountAsync()).ShouldBe(2);

        // So it is seen that they are not read again.
        Directory.Delete(Path.Join(setup.RepositoryPath(), "journal", "2025"), recursive: true);
        await AppendAsync(clock.GetUtcNow());
        await AppendAsync(clock.GetUtcNow().AddMonths(1));
        views.Refresh();
        (await CountAsync()).ShouldBe(4);

        clock.Advance(TimeSpan.FromDays(31));
        await AppendAsync(clock.GetUtcNow());
        (await CountAsync()).ShouldBe(5);
        clock.Advance(TimeSpan.FromDays(100));
        (await CountAsync()).ShouldBe(4, "after months without a look all is read again");
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    public void Dispose()
    {
        views.Dispose();
        setup.Dispose();
    }

    private async Task<int> CountAsync() => (await views.ReadAsync(databases[0], Never)).Journal.Records.Count;

    private async Task AppendAsync(DateTimeOffset at)
    {
        using var store = LocalBlobStore.Open(setup.RepositoryPath(), clock);
        using var repository = await BackupRepository.OpenAsync(store, clock, Never);
        var record = new JournalRecord
        {
            Operation = "backup",
            Backup = null,
            Database = "shop",
            StartedAt = at,
            FinishedAt = at,
            Host = "laptop",
            Outcome = JournalRecord.Done,
        };
        await repository.Journal.AppendAsync(record, Never);
    }

    private async Task<string?> NameOfAsync(ServedDatabase database)
    {
        try
        {
            return (await views.ReadAsync(database, Never)).Name;
        }
        catch (NotSupportedException)
        {
            // The reading that was blocked found a pipe.
            return null;
        }
    }

    /// <summary>A file whose reader is blocked in the kernel, as on a network disk that went away: a pipe without a writer.</summary>
    private sealed class HangingFile : IDisposable
    {
        private readonly string path;
        private readonly byte[] content;
        private bool answers;

        private HangingFile(string path) => (this.path, content) = (path, File.ReadAllBytes(path));

        public static HangingFile Instead(string path)
        {
            var file = new HangingFile(path);
            File.Delete(path);
            using var made = Process.Start("mkfifo", [path]);
            made.WaitForExit();
            made.ExitCode.ShouldBe(0);
            return file;
        }

        /// <summary>Whoever waits finds nothing in it; whoever comes later reads what was there.</summary>
        public void Answer()
        {
            answers = true;
            using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write);
            File.Delete(path);
            File.WriteAllBytes(path, content);
        }

        public void Dispose()
        {
            if (!answers)
            {
                Answer();
            }
        }
    }
}
