namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// Settings under which values of both copies are printed alike. Not the time zone: that of the migration decides what its
/// casts mean, and is carried over to the other copy.
/// </summary>
internal static class ReadingSettings
{
    private static readonly string[] Settings =
    [
        "DateStyle = 'ISO, YMD'",
        "IntervalStyle = postgres",
        "extra_float_digits = 3",
        "bytea_output = hex",
        "row_security = off",
        "statement_timeout = 0",
        "lock_timeout = 0",
        "max_parallel_workers_per_gather = 0",
        "jit = off",
    ];

    /// <summary>Until the end of the transaction, or of the savepoint.</summary>
    public static string Local { get; } = string.Join("; ", Settings.Select(s => $"SET LOCAL {s}"));

    /// <summary>For a session that does nothing else.</summary>
    public static string Session { get; } =
        "SET search_path = pg_catalog; " + string.Join("; ", Settings.Select(s => $"SET {s}"));
}
