using Surety.Core.Migrations.Rules;

namespace Surety.Core.Migrations.Statements;

/// <summary>VACUUM, CLUSTER, REINDEX, REFRESH, LOCK: what takes time and locks, and keeps the rows.</summary>
internal static class MaintenanceReader
{
    public static void ReadVacuum(SqlCursor cursor, StatementFacts facts)
    {
        var at = cursor.Current;
        cursor.Skip();
        facts.Add(new ConcurrentWork(at));
        facts.WaitsForLocks = true;
        var options = cursor.Is("(") ? cursor.TakeGroup()! : cursor;
        var full = options.Find("full");
        if (full >= 0 && !options.IsAt(full + 1, "false") && !options.IsAt(full + 1, "off"))
        {
            facts.Add(RuleBook.TableRewrite, "rewrites tables", at);
        }

        while (cursor.TakeAny("full", "freeze", "verbose", "analyze", "analyse") is not null) { }

        facts.TouchAll(cursor.Rest());
    }

    public static void ReadCluster(SqlCursor cursor, StatementFacts facts)
    {
        facts.WaitsForLocks = true;
        facts.Add(RuleBook.TableRewrite, "rewrites tables", cursor.Current);
    }

    public static void ReadReindex(SqlCursor cursor, StatementFacts facts)
    {
        var at = cursor.Current;
        cursor.Skip();
        var options = cursor.TakeGroup();
        var kind = cursor.TakeAny("index", "table", "schema", "database", "system");
        var asOption =
            options?.Contains("concurrently") == true
            && !options.Contains("concurrently", "false")
            && !options.Contains("concurrently", "off");
        if (cursor.Take("concurrently") || asOption)
        {
            facts.Add(new ConcurrentWork(at));
            return;
        }

        facts.WaitsForLocks = true;
        var name = cursor.TakeName();
        if (kind is "index" or "table")
        {
            facts.Touch(name);
        }

        facts.Add(RuleBook.ReindexBlocks, $"builds indexes anew: {kind} {name}", at);
    }

    public static void ReadRefresh(SqlCursor cursor, StatementFacts facts)
    {
        var at = cursor.Current;
        cursor.Skip();
        cursor.Take("materialized", "view");
        var concurrently = cursor.Take("concurrently");
        var view = cursor.TakeName();
        facts.Touch(view);
        facts.WaitsForLocks = true;
        if (cursor.Contains("no", "data"))
        {
            facts.Add(RuleBook.RefreshWithoutData, $"empties {view}", at);
        }
        else if (!concurrently)
        {
            facts.Add(RuleBook.RefreshBlocks, $"refreshes {view}", at, view);
        }
    }

    public static void ReadLock(SqlCursor cursor, StatementFacts facts)
    {
        var at = cursor.Current;
        cursor.Skip();
        cursor.Take("table");
        cursor.Take("only");
        var table = cursor.TakeName();
        facts.WaitsForLocks = true;
        facts.Add(RuleBook.LockTable, $"locks {table}", at, table);
    }
}
