namespace Surety.Server;

/// <summary>
/// Does one thing again and again until the server stops. Whatever goes wrong with it is logged, and it is tried again at its
/// next turn: a host stops when one of its services throws, and with this one backups would stop.
/// </summary>
internal static class RepeatedTask
{
    /// <param name="name">For the log.</param>
    /// <param name="pace">From one turn to the next; the first is at once.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="work">One turn.</param>
    /// <param name="log">Where it says what went wrong.</param>
    /// <param name="stopping">Ends it.</param>
    public static async Task RunAsync(
        string name,
        TimeSpan pace,
        TimeProvider clock,
        Func<CancellationToken, Task> work,
        ILogger log,
        CancellationToken stopping
    )
    {
        using var timer = new PeriodicTimer(pace, clock);
        do
        {
            try
            {
                await work(stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                log.UpkeepFailed(name, e);
            }
        } while (await timer.WaitForNextTickAsync(stopping));
    }
}
