using Surety.Cli.Output;

namespace Surety.Cli.Commands;

/// <summary>
/// The standard input of an operation that another program runs. That program holds the other end open and never writes;
/// however it ends, killed too, the system closes it, and the operation is let go of: it must not work on for nobody.
/// </summary>
internal sealed class Leash : IDisposable
{
    /// <summary>What people are told then.</summary>
    public const string LetGo = "the standard input has ended: cancelling and cleaning up";

    /// <summary>How long cleaning up may take. Nobody is there any more to press Ctrl-C a second time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Lock state = new();
    private readonly TimeProvider clock;
    private readonly Action onHanging;
    private ITimer? timer;
    private volatile bool over;

    /// <param name="console">Whose input it is.</param>
    /// <param name="clock">Measures <see cref="Patience"/>.</param>
    /// <param name="onLetGo">Called once, at the end of the input; as the other, never after this is disposed.</param>
    /// <param name="onHanging">Called where the operation has still not ended then.</param>
    public Leash(IConsole console, TimeProvider clock, Action onLetGo, Action onHanging)
    {
        (this.clock, this.onHanging) = (clock, onHanging);
        _ = HoldAsync(console, onLetGo);
    }

    public void Dispose()
    {
        lock (state)
        {
            over = true;
            timer?.Dispose();
        }
    }

    private async Task HoldAsync(IConsole console, Action onLetGo)
    {
        try
        {
            await console.WaitForInputEndAsync();
        }
        catch (IOException)
        {
            // An input that cannot be read holds nothing.
        }

        lock (state)
        {
            if (!over)
            {
                timer = clock.CreateTimer(_ => LosePatience(), null, Patience, Timeout.InfiniteTimeSpan);
                onLetGo();
            }
        }
    }

    // Without the lock: what hangs may be the cancelling itself, which holds it.
    private void LosePatience()
    {
        if (!over)
        {
            onHanging();
        }
    }
}
