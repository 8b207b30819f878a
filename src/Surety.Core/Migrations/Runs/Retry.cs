namespace Surety.Core.Migrations.Runs;

/// <summary>How long to leave others alone before a migration is tried again: twice as long each time.</summary>
internal static class Retry
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <param name="attempt">How often it was tried, from 1.</param>
    public static TimeSpan WaitAfter(int attempt) =>
        TimeSpan.FromTicks(Math.Min(First.Ticks << Math.Min(attempt - 1, 10), Longest.Ticks));
}
