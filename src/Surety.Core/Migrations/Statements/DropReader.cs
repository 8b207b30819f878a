using Surety.Core.Migrations.Rules;

namespace Surety.Core.Migrations.Statements;

/// <summary>DROP of anything.</summary>
internal static class DropReader
{
    // Longer kinds before shorter ones that they begin with.
    private static readonly (string[] Kind, Rule Rule)[] Kinds =
    [
        (["table"], RuleBook.DropTable),
        (["foreign", "table"], RuleBook.DropTable),
        (["schema"], RuleBook.DropSchema),
        (["database"], RuleBook.DropDatabase),
        (["type"], RuleBook.DropType),
        (["domain"], RuleBook.DropType),
        (["extension"], RuleBook.DropExtension),
        (["sequence"], RuleBook.DropSequence),
        (["role"], RuleBook.DropRole),
        (["user", "mapping"], RuleBook.DropObject),
        (["user"], RuleBook.DropRole),
        (["group"], RuleBook.DropRole),
        (["owned"], RuleBook.DropOwned),
        (["materialized", "view"], RuleBook.DropView),
        (["view"], RuleBook.DropView),
        (["index"], RuleBook.DropIndex),
        (["function"], RuleBook.DropFunction),
        (["procedure"], RuleBook.DropFunction),
        (["routine"], RuleBook.DropFunction),
        (["aggregate"], RuleBook.DropFunction),
        (["event", "trigger"], RuleBook.DropTrigger),
        (["trigger"], RuleBook.DropTrigger),
        (["rule"], RuleBook.DropTrigger),
        (["policy"], RuleBook.DropPolicy),
        (["access", "method"], RuleBook.DropObject),
        (["cast"], RuleBook.DropObject),
        (["collation"], RuleBook.DropObject),
        (["conversion"], RuleBook.DropObject),
        (["foreign", "data", "wrapper"], RuleBook.DropObject),
        (["language"], RuleBook.DropObject),
        (["procedural", "language"], RuleBook.DropObject),
        (["operator", "class"], RuleBook.DropObject),
        (["operator", "family"], RuleBook.DropObject),
        (["operator"], RuleBook.DropObject),
        (["publication"], RuleBook.DropObject),
        (["server"], RuleBook.DropObject),
        (["statistics"], RuleBook.DropObject),
        (["subscription"], RuleBook.DropObject),
        (["tablespace"], RuleBook.DropObject),
        (["text", "search"], RuleBook.DropObject),
        (["transform"], RuleBook.DropObject),
    ];

    private static readonly HashSet<Rule> Relations =
    [
        RuleBook.DropTable,
        RuleBook.DropView,
        RuleBook.DropIndex,
        RuleBook.DropSequence,
    ];

    public static void Read(SqlCursor cursor, StatementFacts facts)
    {
        var at = cursor.Span;
        cursor.Skip();
        var (kind, rule) = Kinds.FirstOrDefault(k => cursor.Take(k.Kind), (["something"], RuleBook.NotUnderstood));
        facts.WaitsForLocks = true;
        var concurrently = cursor.Take("concurrently");
        var missing = cursor.Take("if", "exists");
        if (!missing && rule != RuleBook.NotUnderstood && rule != RuleBook.DropOwned)
        {
            facts.Add(RuleBook.PreferIfExists, "fails where it was dropped already", at);
        }

        if (concurrently)
        {
            facts.WaitsForLocks = false;
            facts.Add(new ConcurrentWork(at));
        }

        if (rule == RuleBook.DropIndex && !concurrently)
        {
            facts.Add(RuleBook.DropIndexBlocks, "waits for everybody who uses the table", at);
        }

        var names = cursor.Rest();
        facts.Add(rule, $"drops {string.Join(' ', kind)} {Shortened(names)}", at);
        Touch(rule, names, facts);
        if (rule == RuleBook.DropTable)
        {
            Dropped(names, facts);
        }

        var last = cursor.End - 1;
        if (cursor.IsAt(last, "cascade"))
        {
            facts.Add(RuleBook.Cascade, "drops whatever depends on it", cursor.TokenAt(last));
        }
    }

    private static void Touch(Rule rule, SqlCursor names, StatementFacts facts)
    {
        ObjectSort? sort =
            rule == RuleBook.DropType ? ObjectSort.Type
            : rule == RuleBook.DropFunction ? ObjectSort.Routine
            : rule == RuleBook.DropSchema ? ObjectSort.Schema
            : Relations.Contains(rule) ? ObjectSort.Relation
            : null;
        if (sort is { } known)
        {
            facts.TouchAll(names, known);
        }
        else if (names.Find("on") is var on and >= 0)
        {
            // A trigger, a rule or a policy.
            facts.Touch(names.Between(on + 1, names.End).TakeName());
        }
    }

    private static void Dropped(SqlCursor names, StatementFacts facts)
    {
        foreach (var item in names.Items())
        {
            var at = item.Current;
            if (item.TakeName() is not { } name)
            {
                continue;
            }

            facts.NamesGiven.Add((name.Name, at));
            facts.Add(new TableDropped(name));
            if (name.Schema is null)
            {
                facts.Add(RuleBook.RequireSchema, $"{name} has no schema", at);
            }
        }
    }

    private static string Shortened(SqlCursor names) =>
        names.Text() is { Length: > 60 } text ? $"{text[..57]}..." : names.Text();
}
