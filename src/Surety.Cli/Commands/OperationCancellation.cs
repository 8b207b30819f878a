namespace Surety.Cli.Commands;

/// <summary>One token for the two ways in which an operation is stopped, and which of them it was.</summary>
internal sealed class OperationCancellation : IDisposable
{
    private readonly CancellationTokenSource interrupt = new();
    private readonly CancellationTokenSource timeout;
    private readonly CancellationTokenSource either;

    /// <param name="limit">How long the operation may take; null for any time.</param>
    /// <param name="clock">Measures the limit.</param>
    public OperationCancellation(TimeSpan? limit, TimeProvider clock)
    {
        Limit = limit;
        timeout = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan, clock);
        either = CancellationTokenSource.CreateLinkedTokenSource(interrupt.Token, timeout.Token);
    }

    public TimeSpan? Limit { get; }
    public CancellationToken Token => either.Token;
    public bool Interrupted => interrupt.IsCancellationRequested;
    public bool TimedOut => timeout.IsCancellationRequested;

    public void Interrupt() => interrupt.Cancel();

    public void Dispose()
    {
        either.Dispose();
        timeout.Dispose();
        interrupt.Dispose();
    }
}
