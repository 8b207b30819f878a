using Surety.Core.Migrations.Rules;

namespace Surety.Core.Migrations.Statements;

/// <summary>Transactions and settings.</summary>
internal static class SessionReader
{
    public static void ReadTransaction(SqlCursor cursor, StatementFacts facts)
    {
        var at = cursor.Current;
        var verb = cursor.TakeAny("begin", "start", "commit", "end", "rollback", "abort");
        if (cursor.Take("prepared"))
        {
            facts.Add(RuleBook.PreparedTransaction, "ends a transaction that was prepared before", at);
        }
        else if (verb is "begin" or "start")
        {
            facts.Add(new TransactionStep(TransactionChange.Begin, at));
        }
        else if (verb is "commit" or "end")
        {
            facts.Add(new TransactionStep(TransactionChange.Commit, at));
        }
        else if (!cursor.Contains("to"))
        {
            facts.Add(new TransactionStep(TransactionChange.Rollback, at));
        }
    }

    public static void ReadSet(SqlCursor cursor, StatementFacts facts)
    {
        var at = cursor.Current;
        cursor.Skip();
        if (cursor.Take("session", "authorization") || (cursor.IsAny("role") && !cursor.IsAt(cursor.Index + 1, "none")))
        {
            facts.Add(RuleBook.SessionIdentity, "acts as another role", at);
            return;
        }

        if (cursor.Take("constraints") || cursor.Take("transaction") || cursor.Take("session", "characteristics"))
        {
            return;
        }

        cursor.TakeAny("session", "local");
        // Any other name with a dot is a setting of an extension.
        if (cursor.IsAt(cursor.Index + 1, "."))
        {
            return;
        }

        if (SettingRules.Of(cursor, cursor.Index) is { } rule)
        {
            facts.Add(rule, $"sets {cursor.TextAt(cursor.Index)}", at);
        }

        ReadTimeout(cursor, facts);
    }

    private static void ReadTimeout(SqlCursor cursor, StatementFacts facts)
    {
        var setting = cursor.TakePart();
        cursor.TakeAny("=", "to");
        if (
            setting is "lock_timeout" or "statement_timeout"
            && cursor.TextAt(cursor.Index).Trim('\'') is not ("0" or "default")
        )
        {
            facts.Add(new TimeoutSet(setting));
        }
    }
}
