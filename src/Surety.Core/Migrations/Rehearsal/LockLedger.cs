namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// How long locks on tables are held: from the beginning of the statement that took one to the end of its transaction,
/// counted in the time of statements alone, since Surety looks around in between.
/// </summary>
internal sealed class LockLedger
{
    private readonly Dictionary<HeldLock, (double Since, string File, int Line)> held = [];
    private readonly Dictionary<(string Table, LockMode Mode), LockHold> longest = [];
    private readonly IReadOnlyDictionary<uint, string> tables;

    /// <param name="tables">Those that were there before the migration: nobody waits for a new one.</param>
    public LockLedger(IReadOnlyDictionary<uint, string> tables) => this.tables = tables;

    /// <summary>Seconds of all statements so far.</summary>
    public double Elapsed { get; private set; }

    public IReadOnlyList<LockHold> Holds =>
        [
            .. longest
                .Values.OrderByDescending(h => h.HeldSeconds)
                .ThenByDescending(h => h.Mode)
                .ThenBy(h => h.Table, StringComparer.Ordinal),
        ];

    /// <summary>The same at this moment, for when what follows is taken back.</summary>
    public LockLedger Copy()
    {
        var copy = new LockLedger(tables) { Elapsed = Elapsed };
        foreach (var (name, hold) in longest)
        {
            copy.longest.Add(name, hold);
        }

        return copy;
    }

    /// <summary>A statement ran, and these locks are held after it.</summary>
    public void After(IReadOnlyList<HeldLock> locks, double seconds, string file, int line)
    {
        var began = Elapsed;
        Elapsed += seconds;
        foreach (var taken in locks.Where(l => l.Mode > LockMode.AccessShare && tables.ContainsKey(l.Relation)))
        {
            held.TryAdd(taken, (began, file, line));
        }

        // ROLLBACK TO SAVEPOINT gives some back.
        Release(held.Keys.Except(locks).ToList());
    }

    /// <summary>A transaction ended.</summary>
    public void Release(double seconds)
    {
        Elapsed += seconds;
        Release([.. held.Keys]);
    }

    private void Release(IReadOnlyList<HeldLock> released)
    {
        foreach (var hold in released)
        {
            held.Remove(hold, out var taken);
            var name = tables[hold.Relation];
            var found = new LockHold(name, hold.Mode, Math.Round(Elapsed - taken.Since, 6), taken.File, taken.Line);
            if (!longest.TryGetValue((name, hold.Mode), out var known) || known.HeldSeconds < found.HeldSeconds)
            {
                longest[(name, hold.Mode)] = found;
            }
        }
    }
}
