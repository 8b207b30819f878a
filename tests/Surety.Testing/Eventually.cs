namespace Surety.Testing;

/// <summary>Waits for what another process does in its own time. The limit only ends a test that would hang.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static Task Is(Func<bool> condition) => Is(() => Task.FromResult(condition()));

    public static async Task Is(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
