using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>
/// Understands a statement: the one place that knows them all. What is not here is not understood, and that is rated as
/// whatever it might do.
/// </summary>
internal static class StatementReader
{
    /// <param name="version">PostgreSQL's major version.</param>
    public static StatementFacts Read(SqlStatement statement, int version)
    {
        var facts = new StatementFacts();
        Read(new SqlCursor(statement), version, facts);
        FindVariables(statement, facts);
        return facts;
    }

    private static void Read(SqlCursor cursor, int version, StatementFacts facts)
    {
        var at = cursor.Current;
        switch (Verb(cursor))
        {
            case "create":
                new CreateReader(facts).Read(cursor);
                break;
            case "alter":
                new AlterReader(version, facts).Read(cursor);
                break;
            case "drop":
                DropReader.Read(cursor, facts);
                break;
            case "select" or "values" or "with" or "insert" or "update" or "delete" or "merge" or "(":
                QueryReader.Read(cursor, facts);
                break;
            case "truncate":
                facts.WaitsForLocks = true;
                TouchTruncated(cursor.Between(cursor.Index + 1, cursor.End), facts);
                facts.Add(
                    RuleBook.Truncate,
                    $"empties {cursor.Between(cursor.Index + 1, cursor.End).Text()}",
                    cursor.Span
                );
                AddCascade(cursor, facts);
                break;
            case "copy":
                CopyReader.Read(cursor, facts);
                break;
            case "begin" or "start" or "commit" or "end" or "rollback" or "abort":
                SessionReader.ReadTransaction(cursor, facts);
                break;
            case "set":
                SessionReader.ReadSet(cursor, facts);
                break;
            case "vacuum":
                MaintenanceReader.ReadVacuum(cursor, facts);
                break;
            case "cluster" or "repack":
                MaintenanceReader.ReadCluster(cursor, facts);
                break;
            case "reindex":
                MaintenanceReader.ReadReindex(cursor, facts);
                break;
            case "refresh":
                MaintenanceReader.ReadRefresh(cursor, facts);
                break;
            case "lock":
                MaintenanceReader.ReadLock(cursor, facts);
                break;
            case "explain":
                ReadExplain(cursor, version, facts);
                break;
            case "declare":
                QueryReader.Read(cursor.Between(Math.Max(cursor.Find("for"), cursor.Index) + 1, cursor.End), facts);
                break;
            case "prepare":
                ReadPrepare(cursor, version, facts);
                break;
            case "do" when GuardedBlock.Read(cursor) is var (statements, offset):
                foreach (var statement in statements)
                {
                    facts.Add(Read(statement, version), offset + statement.Start);
                }

                break;
            default:
                ReadRest(cursor, at, facts);
                break;
        }
    }

    private static string Verb(SqlCursor cursor) =>
        cursor.Is("(") ? "("
        : cursor.Current.Kind == TokenKind.Word ? cursor.PartAt(cursor.Index)!
        : "";

    private static void ReadRest(SqlCursor cursor, SqlToken at, StatementFacts facts)
    {
        var (rule, what) = Verb(cursor) switch
        {
            "do" => (RuleBook.DoBlock, "runs a block of code"),
            "call" => (RuleBook.CallRoutine, "calls a procedure"),
            "execute" => (RuleBook.DynamicSql, "runs a statement that was prepared"),
            "grant" or "revoke" => (RuleBook.Privileges, "changes privileges"),
            "reassign" => (RuleBook.OwnerChange, "gives away what a role owns"),
            "security" => (RuleBook.SecurityLabel, "sets a security label"),
            "import" => (RuleBook.ServerObject, "makes foreign tables"),
            "load" => (RuleBook.ServerFile, "loads a library"),
            "comment"
            or "analyze"
            or "analyse"
            or "show"
            or "reset"
            or "discard"
            or "deallocate"
            or "savepoint"
            or "release"
            or "checkpoint"
            or "fetch"
            or "move"
            or "close"
            or "listen"
            or "notify"
            or "unlisten"
            or "table" => (null, ""),
            _ => (RuleBook.NotUnderstood, "is not understood"),
        };
        if (rule is not null)
        {
            facts.Add(rule, what, at);
        }

        if (rule == RuleBook.Privileges)
        {
            TouchGranted(cursor, facts);
        }

        AddCascade(cursor, facts);
        if (rule == RuleBook.DynamicSql && cursor.PartAt(cursor.Index + 1) is { } name)
        {
            facts.Add(new StatementExecuted(name));
        }

        facts.WaitsForLocks = Verb(cursor) is "comment";
    }

    private static void TouchTruncated(SqlCursor names, StatementFacts facts)
    {
        names.Take("table");
        facts.TouchAll(names.Rest());
    }

    /// <summary>Of tables and sequences; of what else there are privileges on, nothing is large or depended upon.</summary>
    private static void TouchGranted(SqlCursor cursor, StatementFacts facts)
    {
        var on = cursor.Find("on");
        var end = Math.Max(cursor.Find("to"), cursor.Find("from"));
        if (on < 0 || end < on)
        {
            return;
        }

        var names = cursor.Between(on + 1, end);
        var isNamed = names.TakeAny("table", "sequence") is not null;
        if (isNamed || names.IsAt(names.Index + 1, ",") || names.IsAt(names.Index + 1, ".") || names.End == on + 2)
        {
            facts.TouchAll(names.Rest());
        }
    }

    private static void AddCascade(SqlCursor cursor, StatementFacts facts)
    {
        if (cursor.IsAt(cursor.End - 1, "cascade"))
        {
            facts.Add(RuleBook.Cascade, "reaches whatever depends on it", cursor.TokenAt(cursor.End - 1));
        }
    }

    // Without ANALYZE nothing runs. With it, whatever its value, the statement may.
    private static void ReadExplain(SqlCursor cursor, int version, StatementFacts facts)
    {
        cursor.Skip();
        var runs = cursor.TakeGroup() is { } options && (options.Contains("analyze") || options.Contains("analyse"));
        while (cursor.TakeAny("analyze", "analyse", "verbose") is { } word)
        {
            runs |= word != "verbose";
        }

        if (runs)
        {
            Read(cursor.Rest(), version, facts);
        }
    }

    // Rated where it is written, and again where it is executed.
    private static void ReadPrepare(SqlCursor cursor, int version, StatementFacts facts)
    {
        var at = cursor.Current;
        cursor.Skip();
        if (cursor.Is("transaction"))
        {
            facts.Add(RuleBook.LockTable, "keeps a transaction, and its locks, for somebody else to end", at);
            return;
        }

        var name = cursor.TakePart() ?? "";
        cursor.TakeGroup();
        cursor.Take("as");
        Read(cursor.Rest(), version, facts);
        facts.Add(new StatementPrepared(name, [.. facts.Effects]));
    }

    // Quoted as a value or as a name, a variable can be nothing else. As it is, it can be any SQL.
    private static void FindVariables(SqlStatement statement, StatementFacts facts)
    {
        foreach (var token in statement.Tokens.Where(t => t.Kind == TokenKind.Variable))
        {
            var first = statement.Text[token.Start + 1];
            if (char.IsAsciiLetter(first) || first is '_' or >= '\x80')
            {
                facts.Add(
                    RuleBook.DynamicSql,
                    $"holds the variable {statement.Text[token.Start..token.End]} of psql",
                    token
                );
                return;
            }
        }
    }
}
