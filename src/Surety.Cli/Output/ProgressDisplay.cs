using Spectre.Console;
using Surety.Core.Progress;

namespace Surety.Cli.Output;

/// <summary>
/// Shows progress on stderr while an operation runs: one line that is redrawn on a terminal, else a line at each phase
/// and every ten seconds. Disposing it takes the redrawn line away.
/// </summary>
internal sealed class ProgressDisplay : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource end = new();
    private readonly OperationProgress progress;
    private readonly TimeProvider clock;
    private readonly ProgressPace pace;
    private readonly Task showing;

    private ProgressDisplay(OperationProgress progress, CommandOutput output, TimeProvider clock)
    {
        this.progress = progress;
        this.clock = clock;
        pace = new ProgressPace(progress.Read());
        showing = output switch
        {
            { Options.Quiet: true } => Task.CompletedTask,
            { LiveTerminal: { } terminal } => RedrawAsync(terminal, output),
            _ => AppendAsync(output),
        };
    }

    public static ProgressDisplay Start(OperationProgress progress, CommandOutput output, TimeProvider clock) =>
        new(progress, output, clock);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await showing;
        end.Dispose();
    }

    private Task RedrawAsync(IAnsiConsole terminal, CommandOutput output) =>
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

    private Task AppendAsync(CommandOutput output) =>
        EachLookAsync(() =>
        {
            if (pace.LineIfDue(progress.Read()) is { } line)
            {
                output.Say(line);
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
