namespace Surety.Core.Migrations.Rehearsal;

/// <summary>The lock modes of tables, weakest first. PostgreSQL manual, 13.3.1.</summary>
public enum LockMode
{
    AccessShare,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

/// <summary>What lock modes mean to others.</summary>
public static class LockModes
{
    /// <summary>From the name in pg_locks, <c>AccessExclusiveLock</c>.</summary>
    internal static LockMode Parse(string name) => Enum.Parse<LockMode>(name[..^"Lock".Length]);

    /// <summary>As SQL has it: <c>ACCESS EXCLUSIVE</c>.</summary>
    public static string ToSql(this LockMode mode) =>
        string.Concat($"{mode}".Select((c, i) => i > 0 && char.IsUpper(c) ? $" {c}" : $"{c}")).ToUpperInvariant();

    /// <summary>True where INSERT, UPDATE and DELETE wait.</summary>
    public static bool BlocksWriters(this LockMode mode) => mode >= LockMode.Share;

    /// <summary>True where even SELECT waits.</summary>
    public static bool BlocksReaders(this LockMode mode) => mode == LockMode.AccessExclusive;
}
