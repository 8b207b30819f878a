using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>ALTER of anything: tables go on to <see cref="AlterTableReader"/>.</summary>
internal sealed class AlterReader(int version, StatementFacts facts)
{
    public void Read(SqlCursor cursor)
    {
        var at = cursor.Current;
        cursor.Skip();
        facts.WaitsForLocks = true;
        switch (
            cursor.TakeAny(
                "table",
                "foreign",
                "materialized",
                "view",
                "index",
                "sequence",
                "type",
                "domain",
                "default",
                "system",
                "extension",
                "subscription",
                "role",
                "user",
                "group",
                "database"
            )
        )
        {
            case "table":
                ReadTable(cursor, at);
                break;
            case "foreign" when cursor.Take("table"):
                ReadTable(cursor, at);
                break;
            case "materialized" when cursor.Take("view"):
                ReadTable(cursor, at);
                break;
            case "view":
                ReadView(cursor, at);
                break;
            case "index":
                ReadIndex(cursor, at);
                break;
            case "sequence":
                ReadSequence(cursor, at);
                break;
            case "type":
                ReadType(cursor, at);
                break;
            case "domain":
                ReadDomain(cursor, at);
                break;
            case "system":
                facts.Add(RuleBook.ServerSetting, "changes a setting of the whole server", at);
                break;
            case "extension" when cursor.Contains("update"):
                facts.Add(RuleBook.ExtensionScript, "updates an extension", at);
                break;
            case "subscription":
                facts.Add(RuleBook.Subscription, "changes a subscription", at);
                break;
            case "default":
                facts.Add(RuleBook.Privileges, "changes default privileges", at);
                break;
            case "user" when cursor.Take("mapping"):
                facts.Add(RuleBook.AlterObject, "changes a user mapping", at);
                break;
            case "role" or "user" or "group":
                facts.Add(RuleBook.RoleChange, "changes a role", at);
                break;
            case "database" when !cursor.Contains("rename") && !cursor.Contains("owner"):
                facts.Add(RuleBook.DatabaseSetting, "changes a setting of the database", at);
                break;
            default:
                ReadOther(cursor, at);
                break;
        }
    }

    private void ReadTable(SqlCursor cursor, SqlToken at)
    {
        if (cursor.Take("all", "in", "tablespace"))
        {
            facts.Add(RuleBook.TableRewrite, "moves every table of a tablespace", at);
            return;
        }

        if (!cursor.Take("if", "exists"))
        {
            facts.Add(RuleBook.PreferIfExists, "fails where there is no such table", at);
        }

        cursor.Take("only");
        if (cursor.TakeName() is not { } table)
        {
            NotUnderstood(at);
            return;
        }

        cursor.Take("*");
        if (cursor.Contains("concurrently") && cursor.Is("detach"))
        {
            facts.Add(new ConcurrentWork(at));
        }

        RequireSchema(table, at);
        new AlterTableReader(table, version, facts).Read(cursor.Rest());
    }

    private void ReadView(SqlCursor cursor, SqlToken at)
    {
        cursor.Take("if", "exists");
        if (cursor.TakeName() is { } view)
        {
            new AlterTableReader(view, version, facts).Read(cursor.Rest());
        }
        else
        {
            NotUnderstood(at);
        }
    }

    private void ReadIndex(SqlCursor cursor, SqlToken at)
    {
        cursor.Take("if", "exists");
        cursor.Take("all", "in", "tablespace");
        var name = cursor.TakeName();
        facts.Touch(name);
        var (rule, what) = cursor switch
        {
            _ when cursor.Is("rename") => (RuleBook.RenameConstraint, "renames index"),
            _ when cursor.Take("set", "tablespace") => (RuleBook.TableRewrite, "moves index"),
            _ when cursor.Is("attach") => (RuleBook.PartitionLock, "attaches a partition to index"),
            _ when cursor.IsAny("set", "reset", "alter", "depends", "no", "owned") => (
                RuleBook.TableSetting,
                "changes index"
            ),
            _ => (RuleBook.NotUnderstood, "does something that is not understood to index"),
        };
        facts.Add(rule, $"{what} {name}", at);
    }

    private void ReadSequence(SqlCursor cursor, SqlToken at)
    {
        cursor.Take("if", "exists");
        var name = cursor.TakeName();
        facts.Touch(name);
        var (rule, what) = cursor switch
        {
            _ when cursor.Take("owned") => (RuleBook.TableSetting, "ties to a column"),
            _ when cursor.Take("owner") => (RuleBook.OwnerChange, "gives away"),
            _ when cursor.Take("rename") || cursor.Take("set", "schema") => (RuleBook.RenameObject, "renames"),
            _ => (RuleBook.SequenceChange, "changes"),
        };
        facts.Add(rule, $"{what} sequence {name}", at);
    }

    private void ReadType(SqlCursor cursor, SqlToken at)
    {
        var type = cursor.TakeName();
        facts.Touch(type, ObjectSort.Type);
        var last = cursor.End - 1;
        foreach (var action in cursor.Rest().Items())
        {
            var from = action.Current;
            if (action.Take("drop", "attribute"))
            {
                facts.Add(RuleBook.DropAttribute, $"drops an attribute of {type}", from);
            }
            else if (action.Take("alter", "attribute"))
            {
                facts.Add(RuleBook.NarrowingType, $"changes the type of an attribute of {type}", from);
            }
            else if (action.Take("add", "value"))
            {
                AddValue(action, type, from);
            }
            else
            {
                facts.Add(RuleBook.AlterType, $"changes type {type}", from);
            }
        }

        if (cursor.IsAt(last, "cascade"))
        {
            facts.Add(RuleBook.Cascade, "changes the tables of that type as well", cursor.TokenAt(last));
        }
    }

    private void AddValue(SqlCursor action, ObjectName? type, SqlToken at)
    {
        facts.Add(RuleBook.AlterType, $"adds a value to {type}", at);
        facts.Add(new EnumValueAdded(at));
        if (!action.Contains("before") && !action.Contains("after"))
        {
            facts.Add(RuleBook.EnumOrder, $"adds a value at the end of {type}", at);
        }
    }

    private void ReadDomain(SqlCursor cursor, SqlToken at)
    {
        var domain = cursor.TakeName();
        facts.Touch(domain, ObjectSort.Type);
        var (rule, what) = cursor switch
        {
            _ when cursor.Take("add") => (
                cursor.Contains("not", "valid") ? RuleBook.TableSetting : RuleBook.DomainConstraint,
                "adds a constraint to"
            ),
            _ when cursor.Take("set", "not", "null") || cursor.Take("validate") => (
                RuleBook.DomainConstraint,
                "checks the values of"
            ),
            _ when cursor.Take("set", "default") => (RuleBook.SetDefault, "sets the default of"),
            _ when cursor.Take("drop", "default") => (RuleBook.DropDefault, "drops the default of"),
            _ when cursor.Take("drop", "not") => (RuleBook.DropNotNull, "allows NULL in"),
            _ when cursor.Take("drop", "constraint") => (RuleBook.DropConstraint, "drops a constraint of"),
            _ when cursor.Take("owner") => (RuleBook.OwnerChange, "gives away"),
            _ when cursor.Take("rename", "constraint") => (RuleBook.RenameConstraint, "renames a constraint of"),
            _ when cursor.Take("rename") || cursor.Take("set", "schema") => (RuleBook.RenameObject, "renames"),
            _ => (RuleBook.NotUnderstood, "does something that is not understood to"),
        };
        facts.Add(rule, $"{what} domain {domain}", at);
        if (cursor.IsAt(cursor.End - 1, "cascade"))
        {
            facts.Add(RuleBook.Cascade, "drops whatever depends on it", cursor.TokenAt(cursor.End - 1));
        }
    }

    // Functions, policies, triggers, schemas and all the rest: their names, owners and definitions.
    private void ReadOther(SqlCursor cursor, SqlToken at)
    {
        if (
            !KnownKinds.Contains(cursor.PartAt(cursor.Index - 1) ?? "")
            && !KnownKinds.Contains(cursor.PartAt(cursor.Index) ?? "")
        )
        {
            NotUnderstood(at);
            return;
        }

        var (rule, what) = cursor switch
        {
            _ when cursor.Contains("rename", "to") || cursor.Contains("set", "schema") => (
                RuleBook.RenameObject,
                "renames an object"
            ),
            _ when cursor.Contains("owner", "to") => (RuleBook.OwnerChange, "gives an object away"),
            _ => (RuleBook.AlterObject, "changes the definition of an object"),
        };
        facts.Add(rule, what, at);
    }

    private static readonly HashSet<string> KnownKinds =
    [
        "aggregate",
        "collation",
        "conversion",
        "database",
        "event",
        "extension",
        "foreign",
        "function",
        "language",
        "large",
        "operator",
        "policy",
        "procedural",
        "procedure",
        "publication",
        "routine",
        "rule",
        "schema",
        "server",
        "statistics",
        "tablespace",
        "text",
        "trigger",
        "access",
    ];

    private void RequireSchema(ObjectName table, SqlToken at)
    {
        if (table.Schema is null)
        {
            facts.Add(RuleBook.RequireSchema, $"{table} has no schema", at);
        }
    }

    private void NotUnderstood(SqlToken at) =>
        facts.Add(RuleBook.NotUnderstood, "alters something that is not understood", at);
}
