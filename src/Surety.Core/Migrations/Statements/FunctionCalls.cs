using System.Collections.Frozen;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>
/// Which functions a query calls, and what they may do. A name before a parenthesis is a call, unless it is a keyword, or
/// follows another name (<c>FROM t alias (column)</c>). What is no built-in function that is known to change nothing may do
/// anything.
/// </summary>
internal static class FunctionCalls
{
    // Functions of PostgreSQL 15 to 18 that change nothing in a database, by their volatility and their manual page, and
    // a few of its own extensions. A test compares them with the catalog.
    private static readonly FrozenSet<string> Harmless = ReadHarmless();

    // Keywords before an expression. A word that is not among them is a name, and what follows it an alias.
    private static readonly FrozenSet<string> BeforeExpression = Words(
        """
        all analyse analyze and any array as asc asymmetric between both by call case check collate columns constraint
        cross default desc distinct do else end escape except exclude execute exists fetch filter following for from full
        generated group groups having ilike in initially inner insert intersect is isnull join key lateral leading
        left like limit loop matched materialized merge natural not notnull of offset on only or order outer over overlaps
        overriding partition placing preceding precision primary range recursive references repeatable return returning
        right row rows select set similar some source symmetric table tablesample then to trailing union unique until update
        using value values variadic when where window with within xmlattributes zone
        """
    );

    // What stands before a parenthesis and is no call.
    private static readonly FrozenSet<string> Keywords = Words(
        """
        all and any array as between bigint bit boolean bpchar by case cast char character check coalesce columns conflict
        cube date dec decimal default distinct double else exists except extract filter float float4 float8 for foreign from
        full greatest group grouping having ilike in include index inout insert int int2 int4 int8 integer intersect interval into
        is join key lateral least left like limit materialized merge national nchar none normalize not nullif numeric of
        offset on only or over overlay partition position precision primary real references returning right rollup row rows
        select set setof sets similar smallint some substring table tablesample text then time timestamp timestamptz timetz
        to treat trim union unique using values varbit varchar varying when where window with within xmlattributes xmlconcat
        xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
        """
    );

    private static readonly FrozenSet<string> LargeObjects = Words(
        "lo_unlink lo_put lo_truncate lo_truncate64 lowrite lo_open lo_close lo_lseek lo_lseek64 lo_manage"
    );

    private static readonly FrozenSet<string> AddsLargeObjects = Words("lo_creat lo_create lo_from_bytea lo_import");

    private static readonly FrozenSet<string> Dynamic = Words(
        "query_to_xml query_to_xml_and_xmlschema query_to_xmlschema cursor_to_xml ts_stat ts_rewrite dblink dblink_exec"
            + " dblink_send_query"
    );

    /// <summary>Adds what the functions that are called in a stretch of a statement may do.</summary>
    public static void Find(SqlCursor query, StatementFacts facts)
    {
        for (var i = query.Index; i < query.End; i++)
        {
            if (query.IsAt(i + 1, "(") && IsCall(query, i))
            {
                Rate(query, i, facts);
            }
        }
    }

    /// <summary>True where a stretch calls a function that gives another value for each row, or may.</summary>
    public static bool IsVolatile(SqlCursor expression)
    {
        for (var i = expression.Index; i < expression.End; i++)
        {
            var call = expression.IsAt(i + 1, "(") && IsCall(expression, i);
            if (call && !IsStable(expression, i))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsStable(SqlCursor expression, int at) =>
        expression.PartAt(at)! switch
        {
            "now" => expression.IsAt(at + 2, ")"),
            "clock_timestamp" or "timeofday" or "random" or "random_normal" or "nextval" or "currval" or "lastval" =>
                false,
            var name when name.Contains("uuid", StringComparison.Ordinal) => false,
            var name when name.StartsWith("gen_", StringComparison.Ordinal) || name == "crypt" => false,
            var name => IsHarmless(expression, at, name),
        };

    private static bool IsCall(SqlCursor query, int at)
    {
        if (query.TokenAt(at).Kind is not (TokenKind.Word or TokenKind.QuotedName))
        {
            return false;
        }

        if (
            query.TokenAt(at).Kind == TokenKind.Word
            && Keywords.Contains(query.PartAt(at)!)
            && !query.IsAt(at - 1, ".")
        )
        {
            return false;
        }

        if (IsCommonTable(query, at))
        {
            return false;
        }

        var first = FirstPart(query, at);
        var before = query.TokenAt(first - 1);
        return before.Kind switch
        {
            TokenKind.Word => BeforeExpression.Contains(query.PartAt(first - 1)!) && !query.IsAt(first - 1, "as"),
            TokenKind.QuotedName => false,
            TokenKind.Symbol => !query.IsAt(first - 1, ")"),
            _ => true,
        };
    }

    // WITH name (columns) AS (SELECT ...): what follows AS is a query. FROM f(x) AS (a int): there it is columns.
    private static bool IsCommonTable(SqlCursor query, int at)
    {
        var next = query.ClosingOf(at + 1) + 1;
        if (!query.IsAt(next, "as"))
        {
            return false;
        }

        next += query.IsAt(next + 1, "not") ? 2 : 1;
        next += query.IsAt(next, "materialized") ? 1 : 0;
        string[] beginnings = ["select", "insert", "update", "delete", "with", "values", "table", "("];
        return query.IsAt(next, "(") && beginnings.Any(b => query.IsAt(next + 1, b));
    }

    private static int FirstPart(SqlCursor query, int last)
    {
        var first = last;
        while (query.IsAt(first - 1, ".") && query.PartAt(first - 2) is not null)
        {
            first -= 2;
        }

        return first;
    }

    private static void Rate(SqlCursor query, int at, StatementFacts facts)
    {
        var name = query.PartAt(at)!;
        var token = query.TokenAt(at);
        var rule = name switch
        {
            "setval" => RuleBook.SequenceChange,
            "set_config" => SettingRules.Of(query, at + 2),
            _ when LargeObjects.Contains(name) => RuleBook.LargeObjectChange,
            _ when AddsLargeObjects.Contains(name) => RuleBook.Insert,
            _ when Dynamic.Contains(name) => RuleBook.DynamicSql,
            _ when IsHarmless(query, at, name) => null,
            _ when name.StartsWith("pg_", StringComparison.Ordinal) => RuleBook.ServerFunction,
            _ => RuleBook.CallRoutine,
        };
        if (rule is not null)
        {
            facts.Add(rule, $"calls {name}()", token);
        }
    }

    private static bool IsHarmless(SqlCursor query, int at, string name)
    {
        // A function of the same name in another schema is another function.
        var schema = query.IsAt(at - 1, ".") ? query.PartAt(at - 2) : null;
        return Harmless.Contains(name) && schema is null or "pg_catalog";
    }

    private static FrozenSet<string> Words(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    private static FrozenSet<string> ReadHarmless()
    {
        using var stream = typeof(FunctionCalls).Assembly.GetManifestResourceStream("harmless-functions.txt")!;
        using var reader = new StreamReader(stream);
        return Words(reader.ReadToEnd());
    }
}
