using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>
/// Queries and what changes rows: SELECT, INSERT, UPDATE, DELETE, MERGE, wherever they stand in a statement, in WITH too.
/// </summary>
internal static class QueryReader
{
    /// <summary>Reads a whole query: what it changes, and which functions it calls.</summary>
    public static void Read(SqlCursor query, StatementFacts facts)
    {
        FunctionCalls.Find(query, facts);
        ReadChange(MainPart(query), facts);
        for (var i = query.Index; i < query.End; i++)
        {
            // Whatever changes rows within another query stands at the beginning of parentheses.
            if (query.IsAt(i, "("))
            {
                ReadChange(MainPart(query.Between(i + 1, query.ClosingOf(i))), facts);
            }
        }
    }

    /// <summary>What is left of a query behind its WITH list.</summary>
    private static SqlCursor MainPart(SqlCursor query)
    {
        var main = query.Rest();
        if (!main.Take("with"))
        {
            return main;
        }

        main.Take("recursive");
        do
        {
            main.TakePart();
            main.TakeGroup();
            main.Take("as");
            main.Take("not");
            main.Take("materialized");
            main.TakeGroup();
            SkipSearchAndCycle(main);
        } while (main.Take(","));
        return main.Rest();
    }

    private static void SkipSearchAndCycle(SqlCursor main)
    {
        while (main.IsAny("search", "cycle"))
        {
            main.Skip();
            while (
                !main.AtEnd
                && !main.IsAny("search", "cycle", "select", "insert", "update", "delete", "merge", "(", "values")
            )
            {
                if (main.Is(",") && main.IsAt(main.Index + 2, "as"))
                {
                    return;
                }

                main.Skip();
            }
        }
    }

    private static void ReadChange(SqlCursor part, StatementFacts facts)
    {
        var at = part.Current;
        FindCatalog(part, at, facts);
        switch (part.TakeAny("insert", "update", "delete", "merge"))
        {
            case "insert":
                ReadInsert(part, at, facts);
                break;
            case "update":
                ReadUpdate(part, at, facts);
                break;
            case "delete":
                ReadDelete(part, at, facts);
                break;
            case "merge":
                ReadMerge(part, at, facts);
                break;
        }
    }

    private static void FindCatalog(SqlCursor part, SqlToken at, StatementFacts facts)
    {
        var target = part.Rest();
        var changes = target.TakeAny("insert", "update", "delete", "merge") is not null;
        target.TakeAny("into", "from");
        target.Take("only");
        if (
            changes
            && target.TakeName() is { } table
            && (table.Schema ?? "pg_catalog") == "pg_catalog"
            && table.Name.StartsWith("pg_", StringComparison.Ordinal)
        )
        {
            facts.Add(RuleBook.CatalogChange, $"changes {table}", at);
        }
    }

    private static void ReadInsert(SqlCursor part, SqlToken at, StatementFacts facts)
    {
        part.Take("into");
        var table = part.TakeName();
        facts.Touch(table);
        facts.Add(RuleBook.Insert, $"adds rows to {table}", at);
        if (part.Contains("do", "update"))
        {
            facts.Add(RuleBook.Upsert, $"overwrites rows of {table}", at);
        }
    }

    private static void ReadUpdate(SqlCursor part, SqlToken at, StatementFacts facts)
    {
        part.Take("only");
        var table = part.TakeName();
        var limited = IsLimited(part);
        facts.Touch(table);
        facts.Add(
            limited ? RuleBook.Update : RuleBook.UpdateAll,
            limited ? $"changes rows of {table}" : $"changes every row of {table}",
            at
        );
        DuplicateAssignment(part, facts);
    }

    private static void ReadDelete(SqlCursor part, SqlToken at, StatementFacts facts)
    {
        part.Take("from");
        part.Take("only");
        var table = part.TakeName();
        var limited = IsLimited(part);
        facts.Touch(table);
        facts.Add(
            limited ? RuleBook.Delete : RuleBook.DeleteAll,
            limited ? $"deletes rows of {table}" : $"deletes every row of {table}",
            at
        );
    }

    private static void ReadMerge(SqlCursor part, SqlToken at, StatementFacts facts)
    {
        part.Take("into");
        part.Take("only");
        var table = part.TakeName();
        var changes = part.Contains("then", "update") || part.Contains("then", "delete");
        var on = part.Find("on") is var from and >= 0
            ? part.Between(from + 1, part.Find("when") is var to and >= 0 ? to : part.End)
            : part.Between(part.End, part.End);
        var every = part.Contains("by", "source") || IsConstant(on);
        facts.Touch(table);
        var rule = changes ? (every ? RuleBook.MergeAll : RuleBook.Merge) : RuleBook.Insert;
        facts.Add(rule, changes ? $"changes or deletes rows of {table}" : $"adds rows to {table}", at);
    }

    private static bool IsLimited(SqlCursor part)
    {
        if (part.Find("where") is not (var where and >= 0))
        {
            return false;
        }

        var returning = part.Find("returning");
        return !IsConstant(part.Between(where + 1, returning > where ? returning : part.End));
    }

    /// <summary>True for a condition that names no column, as <c>true</c> or <c>1 = 1</c>: it limits nothing.</summary>
    private static bool IsConstant(SqlCursor condition)
    {
        for (var i = condition.Index; i < condition.End; i++)
        {
            var isValue = condition.IsAt(i, "true") || condition.IsAt(i, "not") || condition.IsAt(i, "false");
            if (condition.PartAt(i) is not null && !isValue)
            {
                return false;
            }
        }

        return true;
    }

    private static void DuplicateAssignment(SqlCursor part, StatementFacts facts)
    {
        if (part.Find("set") is not (var set and >= 0))
        {
            return;
        }

        var seen = new HashSet<string>();
        foreach (var assignment in part.Between(set + 1, EndOfAssignments(part)).Items())
        {
            var at = assignment.Current;
            if (assignment.TakePart() is { } column && assignment.Is("=") && !seen.Add(column))
            {
                facts.Add(RuleBook.DuplicateAssignment, $"sets {column} twice", at);
            }
        }
    }

    private static int EndOfAssignments(SqlCursor part)
    {
        int[] ends = [part.Find("from"), part.Find("where"), part.Find("returning"), part.End];
        return ends.Where(e => e >= 0).Min();
    }
}
