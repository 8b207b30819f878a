using Microsoft.Extensions.Logging.Abstractions;
using Surety.Server.Runs;
using Surety.Testing.Files;
using Surety.Testing.Time;

namespace Surety.ServerTests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = new();
    private readonly StateFolder state;
    private readonly RunFolder folders;

    public RunFolderTests()
    {
        state = StateFolder.Open(folder.Path);
        folders = new RunFolder(state, clock, NullLogger<RunFolder>.Instance);
    }

    [Fact]
    public void What_a_run_writes_stays_while_it_runs_and_a_day_from_its_end()
    {
        var run = Export();
        folders.Prepare(run, []);
        Directory.CreateDirectory(folders.OutputOf(run.Id));

        Later(TimeSpan.FromDays(2));
        Directory.Exists(folders.OutputOf(run.Id)).ShouldBeTrue();

        folders.Leave(run.Id);
        Later(TimeSpan.FromHours(23));
        Directory.Exists(folders.OutputOf(run.Id)).ShouldBeTrue();
        Later(TimeSpan.FromHours(2));
        Directory.Exists(folders.OutputOf(run.Id)).ShouldBeFalse();
    }

    public void Dispose()
    {
        state.Dispose();
        folder.Dispose();
    }

    /// <summary>Another run begins, which is when old files are removed.</summary>
    private void Later(TimeSpan wait)
    {
        clock.Advance(wait);
        folders.Prepare(Export(), []);
    }

    private Run Export() =>
        new()
        {
            Id = RunId.New(clock.GetUtcNow()),
            QueuedAt = clock.GetUtcNow(),
            Request = new RunRequest
            {
                Operation = "export",
                RequestedBy = "test",
                HasOutput = true,
            },
        };
}
