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

    private readonly Lock state = new();
    private bool over;

    /// <param name="console">Whose input it is.</param>
    /// <param name="onLetGo">Called once, at the end of the input; never after this is disposed.</param>
    public Leash(IConsole console, Action onLetGo) => _ = HoldAsync(console, onLetGo);

    public void Dispose()
    {
        lock (state)
        {
            over = true;
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
                onLetGo();
            }
        }
    }
}
