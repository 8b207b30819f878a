namespace Surety.Core.Restore;

/// <summary>
/// Since version 17, pg_restore begins each of its sessions with <c>SET transaction_timeout = 0</c>. An older server does
/// not know that setting, and needs none: pg_restore goes on and ends with exit code 1. What it ignored, it counts: once
/// for its own session, once more where it opens that anew after parallel workers, and again for every definition that
/// failed. So the count tells whether anything else went wrong, however the workers' messages came out intermingled.
/// </summary>
internal static class UnknownSettings
{
    /// <summary>The setting, as the complaints about it have it in every language.</summary>
    public const string Name = "\"transaction_timeout\"";

    private const int SetsTransactionTimeout = 17;

    /// <summary>Whether nothing but the setting failed, by what pg_restore printed; null where it cannot fail.</summary>
    public static Func<IReadOnlyList<string>, bool>? Of(int pgRestoreMajor, int serverMajor, int jobs)
    {
        if (pgRestoreMajor < SetsTransactionTimeout || serverMajor >= SetsTransactionTimeout)
        {
            return null;
        }

        var sessions = jobs > 1 ? 2 : 1;
        var verdict = $"pg_restore: warning: errors ignored on restore: {sessions}";
        return lines =>
            lines.Contains("Command was: SET transaction_timeout = 0;")
            && lines.LastOrDefault(line => line.Length > 0) == verdict;
    }
}
