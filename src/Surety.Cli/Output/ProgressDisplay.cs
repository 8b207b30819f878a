using Spectre.Console;
using Surety.Core.Progress;

namespace Surety.Cli.Output;

/// <summary>
/// Shows progress on stderr while an operation runs: one line that is redrawn on a terminal, else a line at each phase
/// and every ten seconds. Disposing it takes the redrawn line away. A program that runs this gets JSON lines instead, two
/// a second.
/// </summary>
internal sealed class ProgressDisplay : IAsyncDisposable
{
    private static readonly TimeSpan ForPeople = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ForPrograms = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly OperationProgress progress;
    private readonly CommandOutput output;
    private readonly TimeProvider clock;
    private readonly ProgressPace pace;
    private CancellationTokenSource end = new();
    private Task showing;

    private ProgressDisplay(OperationProgress progress, CommandOutput output, TimeProvider clock)
    {
        this.progress = progress;
        this.output = output;
        this.clock = clock;
        pace = new ProgressPace(progress.Read(), output.Options.Attached ? ForPrograms : ForPeople);
        showing = Show();
    }

    public static ProgressDisplay Start(OperationProgress progress, CommandOutput output, TimeProvider clock) =>
        new(progress, output, clock);

    /// <summary>Shows nothing while <paramref name="work"/> has the terminal.</summary>
    public async Task<T> StandAsideAsync<T>(Func<Task<T>> work)
    {
        await DisposeAsync();
        try
        {
            return await work();
        }
        finally
        {
            end = new CancellationTokenSource();
            showing = Show();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await showing;
        end.Dispose();
    }

    private Task Show() =>
        output switch
        {
            { Options.Quiet: true } => Task.CompletedTask,
            { Options.Attached: true } => ReportAsync(),
            { LiveTerminal: { } terminal } => RedrawAsync(terminal),
            _ => AppendAsync(),
        };

    private Task RedrawAsync(IAnsiConsole terminal) =>
        terminal
            .Live(Text.Empty)
            .AutoClear(true)
            .StartAsync(live =>
                EachLookAsync(() =>
                {
                    if (pace.Line(progress.Read()) is { } line)
                    {
                        output.Redraw(() => live.UpdateTarget(new Text(line) { Overflow = Overflow.Ellipsis }));
                    }
                })
            );

    private Task AppendAsync() =>
        EachLookAsync(() =>
        {
            if (pace.LineIfDue(progress.Read()) is { } line)
            {
                output.Say(line);
            }
        });

    private Task ReportAsync() =>
        EachLookAsync(() =>
        {
            var now = progress.Read();
            if (pace.IsDue(now))
            {
                output.Report(now);
            }
        });

    private async Task EachLookAsync(Action show)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                show();
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The operation has ended, and the display with it.
        }
    }
}
