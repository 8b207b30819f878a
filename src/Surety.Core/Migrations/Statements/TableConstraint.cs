using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>ADD CONSTRAINT, with and without its name.</summary>
internal static class TableConstraint
{
    public static bool IsNext(SqlCursor cursor) =>
        cursor.Is("constraint")
        || (cursor.Is("check") && cursor.IsAt(cursor.Index + 1, "("))
        || (
            cursor.Is("unique")
            && (
                cursor.IsAt(cursor.Index + 1, "(")
                || cursor.IsAt(cursor.Index + 1, "using")
                || cursor.IsAt(cursor.Index + 1, "nulls")
            )
        )
        || (cursor.Is("primary") && cursor.IsAt(cursor.Index + 1, "key"))
        || (cursor.Is("foreign") && cursor.IsAt(cursor.Index + 1, "key"))
        || (cursor.Is("not") && cursor.IsAt(cursor.Index + 1, "null"))
        || (cursor.Is("exclude") && (cursor.IsAt(cursor.Index + 1, "(") || cursor.IsAt(cursor.Index + 1, "using")));

    /// <summary>A foreign key, of a column too, concerns the table that it refers to.</summary>
    public static void TouchReferenced(SqlCursor element, StatementFacts facts)
    {
        if (element.Find("references") is var at and >= 0)
        {
            facts.Touch(element.Between(at + 1, element.End).TakeName());
        }
    }

    public static void Rate(SqlCursor cursor, ObjectName table, StatementFacts facts, SqlToken at)
    {
        var name = "";
        if (cursor.Take("constraint"))
        {
            facts.NamesGiven.Add((cursor.PartAt(cursor.Index) ?? "", cursor.Current));
            name = cursor.TakePart() ?? "";
        }

        var notValid = cursor.Contains("not", "valid");
        switch (cursor.TakeAny("primary", "unique", "exclude", "foreign", "check", "not"))
        {
            case "primary" or "unique" when cursor.Contains("using", "index"):
                break;
            case "primary" or "unique" or "exclude":
                facts.Add(RuleBook.UniqueBuildsIndex, $"builds the index of a constraint of {table}", at, table);
                break;
            case "foreign" when !notValid:
                facts.Add(RuleBook.ForeignKeyScan, $"checks a foreign key of {table}", at, table);
                break;
            case "check" or "not" when !notValid:
                facts.Add(RuleBook.ConstraintScan, $"checks a constraint of {table}", at, table);
                break;
            case { } kind:
                Promise(cursor, kind, table, name, facts);
                break;
            default:
                facts.Add(RuleBook.NotUnderstood, $"adds a constraint that is not understood to {table}", at, table);
                break;
        }
    }

    private static void Promise(
        SqlCursor cursor,
        string kind,
        ObjectName table,
        string constraint,
        StatementFacts facts
    )
    {
        var column = kind == "check" && cursor.TakeGroup() is { } condition ? NotNullColumn(condition) : null;
        facts.Add(new ConstraintPromised(table, constraint, column));
    }

    private static string? NotNullColumn(SqlCursor condition) =>
        condition.TakePart() is { } column && condition.Take("is", "not", "null") && condition.AtEnd ? column : null;
}
