using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>ALTER TABLE ... ALTER COLUMN.</summary>
internal sealed class AlterColumnReader(ObjectName table, StatementFacts facts)
{
    public void Read(SqlCursor action, SqlToken at)
    {
        var column = action.TakePart() ?? "";
        var (rule, what) = action switch
        {
            _ when action.Take("type") || action.Take("set", "data", "type") => ReadType(action, column),
            _ when action.Take("set", "default") => (RuleBook.SetDefault, "sets the default"),
            _ when action.Take("drop", "default") => (RuleBook.DropDefault, "drops the default"),
            _ when action.Take("set", "not", "null") => (RuleBook.SetNotNull, "forbids NULL"),
            _ when action.Take("drop", "not", "null") => (RuleBook.DropNotNull, "allows NULL"),
            _ when action.Take("drop", "expression") => (RuleBook.DropExpression, "no longer computes the values"),
            _ when action.Take("set", "expression") => ReadExpression(action),
            _ when action.Take("drop", "identity") => (RuleBook.DropIdentity, "drops the identity"),
            _ when action.Take("add", "generated") => (RuleBook.SetDefault, "makes an identity column"),
            _ when action.Take("set", "generated") => (RuleBook.SetDefault, "changes the identity"),
            _ when action.IsAny("restart") => (RuleBook.SequenceChange, "restarts the identity"),
            _ when action.Take("set")
                    && action.IsAny(
                        "increment",
                        "start",
                        "restart",
                        "minvalue",
                        "maxvalue",
                        "no",
                        "cycle",
                        "cache",
                        "sequence"
                    ) => (RuleBook.SequenceChange, "changes the sequence"),
            _ when action.IsAny("statistics", "storage", "compression", "(") || action.Take("reset") => (
                RuleBook.TableSetting,
                "changes storage or statistics"
            ),
            _ => (RuleBook.NotUnderstood, "does something that is not understood"),
        };
        facts.Add(rule, $"{what} of {table}.{column}", at, table, column);
    }

    private (Rule, string) ReadType(SqlCursor action, string column)
    {
        var at = action.Current;
        if (TypeName.Read(action) is not { } type)
        {
            return (RuleBook.NotUnderstood, "gives a type that is not understood to");
        }

        if (action.Take("collate"))
        {
            action.TakeName();
        }

        var keeps = true;
        if (action.Take("using"))
        {
            FunctionCalls.Find(action.Rest(), facts);
            keeps = IsPlainCast(action.Rest(), column, type);
        }

        // Whether the old type fits is known to who knows it: the check, which goes by earlier statements.
        facts.Add(new DefinedColumn(table, column, type, at, IsNew: false));
        return keeps
            ? (RuleBook.ChangeType, $"changes the type to {type}")
            : (RuleBook.NarrowingType, $"computes the values anew for the type {type}");
    }

    /// <summary>True for what a change of type does by itself: <c>c::type</c>, <c>CAST(c AS type)</c>, or just <c>c</c>.</summary>
    private static bool IsPlainCast(SqlCursor expression, string column, TypeName type)
    {
        if (expression.Is("(") && expression.ClosingOf(expression.Index) == expression.End - 1)
        {
            return IsPlainCast(expression.TakeGroup()!, column, type);
        }

        if (expression.Take("cast") && expression.TakeGroup() is { } cast)
        {
            return expression.AtEnd && cast.TakePart() == column && cast.Take("as") && EndsWith(cast, type);
        }

        return expression.TakePart() == column
            && (expression.AtEnd || (expression.Take("::") && EndsWith(expression, type)) || IsZone(expression, type));
    }

    private static bool EndsWith(SqlCursor expression, TypeName type) =>
        TypeName.Read(expression) is { } cast && cast.ToString() == type.ToString() && expression.AtEnd;

    // A point in time out of a local one: no digit is lost.
    private static bool IsZone(SqlCursor expression, TypeName type) =>
        type.Name == "timestamptz"
        && expression.Take("at", "time", "zone")
        && expression.Current.Kind == TokenKind.Text
        && expression.Index == expression.End - 1;

    private (Rule, string) ReadExpression(SqlCursor action)
    {
        FunctionCalls.Find(action.Rest(), facts);
        return (RuleBook.GeneratedExpression, "computes the values anew");
    }
}
