using Surety.Cli.Output;
using Surety.Core.Progress;

namespace Surety.Tests.Cli;

public sealed class ProgressTests
{
    private static readonly ProgressPhase Starting = new("starting", 0, 0);
    private static readonly ProgressPhase Reading = new("reading rows", 70, 1_724_300_000);
    private static readonly ProgressPhase Writing = new("writing the manifest", 0, 0);

    [Fact]
    public void A_line_tells_tables_rows_bytes_rate_and_time_left() =>
        ProgressText
            .Line(Snapshot(Reading, tables: 12, rows: 1_234_567, bytes: 512_300_000), TimeSpan.FromSeconds(5.07))
            .ShouldBe("reading rows  12/70 tables  1,234,567 rows  512.3 MB  101 MB/s  ETA 0:11");

    [Fact]
    public void A_line_leaves_out_what_is_not_known_yet() =>
        ProgressText.Line(Snapshot(Reading), TimeSpan.Zero).ShouldBe("reading rows  0/70 tables");

    [Fact]
    public void A_line_guesses_no_rate_in_the_first_second() =>
        ProgressText
            .Line(Snapshot(Reading, rows: 1, bytes: 90_000), TimeSpan.FromMilliseconds(999))
            .ShouldBe("reading rows  0/70 tables  1 row  90.0 kB");

    [Fact]
    public void A_line_promises_no_end_once_the_estimate_is_passed() =>
        ProgressText
            .Line(Snapshot(Reading, tables: 69, rows: 5, bytes: 2_000_000_000), TimeSpan.FromSeconds(10))
            .ShouldBe("reading rows  69/70 tables  5 rows  2.0 GB  200 MB/s");

    [Fact]
    public void A_line_ends_with_the_note() =>
        ProgressText
            .Line(Snapshot(new("locking", 0, 0), note: "waiting for pid 42"), TimeSpan.FromSeconds(3))
            .ShouldBe("locking  (waiting for pid 42)");

    [Fact]
    public void Plain_lines_come_at_each_phase_and_note_and_every_ten_seconds()
    {
        var pace = new ProgressPace(Snapshot(Starting), TimeSpan.FromSeconds(10));

        pace.LineIfDue(Snapshot(Starting, at: 1)).ShouldBeNull();
        pace.LineIfDue(Snapshot(Reading, at: 2)).ShouldBe("reading rows  0/70 tables");
        pace.LineIfDue(Snapshot(Reading, at: 3)).ShouldBeNull();
        pace.LineIfDue(Snapshot(Reading, at: 4, note: "slow")).ShouldBe("reading rows  0/70 tables  (slow)");
        pace.LineIfDue(Snapshot(Reading, at: 5, note: "slow")).ShouldBeNull();
        pace.LineIfDue(Snapshot(Reading, at: 13.9)).ShouldBeNull();
        pace.LineIfDue(Snapshot(Reading, at: 14, tables: 1)).ShouldBe("reading rows  1/70 tables");
        pace.LineIfDue(Snapshot(Reading, at: 20)).ShouldBeNull();
        pace.LineIfDue(Snapshot(Writing, at: 21)).ShouldBe("writing the manifest");
    }

    [Fact]
    public void The_rate_is_that_of_the_phase_not_of_the_whole_operation()
    {
        var pace = new ProgressPace(Snapshot(Starting), TimeSpan.FromSeconds(10));
        pace.Line(Snapshot(Reading, at: 100));

        pace.Line(Snapshot(Reading, at: 110, tables: 1, rows: 2, bytes: 1_000_000_000))
            .ShouldBe("reading rows  1/70 tables  2 rows  1.0 GB  100 MB/s  ETA 0:07");
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public async Task Progress_is_shown_on_stderr_while_the_operation_runs(bool terminal, bool plain, bool asLines)
    {
        var console = new RecordingConsole { ErrorIsTerminal = terminal };
        var output = new CommandOutput(console, new OutputOptions(Json: true, Quiet: false, Verbose: false, plain));
        var progress = new OperationProgress();

        await using (ProgressDisplay.Start(progress, output, TimeProvider.System))
        {
            progress.Begin("reading rows", 70);
            await UntilAsync(() => console.ErrorText.Contains("reading rows  0/70 tables", StringComparison.Ordinal));
        }

        console.OutText.ShouldBe("");
        (console.ErrorText == "reading rows  0/70 tables\n").ShouldBe(asLines);
    }

    [Fact]
    public async Task Quiet_shows_no_progress()
    {
        var console = new RecordingConsole { ErrorIsTerminal = true };
        var output = new CommandOutput(
            console,
            new OutputOptions(Json: false, Quiet: true, Verbose: false, Plain: false)
        );
        var progress = new OperationProgress();
        var display = ProgressDisplay.Start(progress, output, TimeProvider.System);
        progress.Begin("reading rows");

        await display.DisposeAsync();

        output.LiveTerminal.ShouldBeNull();
        console.ErrorText.ShouldBe("");
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private static ProgressSnapshot Snapshot(
        ProgressPhase phase,
        int tables = 0,
        long rows = 0,
        long bytes = 0,
        double at = 0,
        string? note = null
    ) => new(phase, tables, rows, bytes, TimeSpan.FromSeconds(at), note);
}
