using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>CREATE of anything: what it makes is new, so what matters is what it replaces, locks or runs.</summary>
internal sealed class CreateReader(StatementFacts facts)
{
    public void Read(SqlCursor cursor)
    {
        var at = cursor.Span;
        cursor.Skip();
        var replaces = cursor.Take("or", "replace");
        var temporary = TakeKindOfTable(cursor);
        switch (
            cursor.TakeAny(
                "table",
                "view",
                "recursive",
                "materialized",
                "unique",
                "index",
                "schema",
                "function",
                "procedure",
                "trigger",
                "constraint",
                "rule",
                "policy",
                "event",
                "domain",
                "type",
                "extension",
                "role",
                "user",
                "group",
                "database",
                "tablespace",
                "subscription",
                "publication",
                "server",
                "foreign",
                "trusted",
                "procedural",
                "language",
                "sequence",
                "aggregate",
                "cast",
                "collation",
                "conversion",
                "default",
                "operator",
                "statistics",
                "text",
                "transform",
                "access"
            )
        )
        {
            case "table":
                ReadTable(cursor, at, temporary);
                break;
            case "foreign" when cursor.Take("table"):
                ReadTable(cursor, at, temporary);
                break;
            case "foreign" or "server" or "access" or "trusted" or "procedural" or "language":
                facts.Add(RuleBook.ServerObject, "makes what others' data or code come by", at);
                break;
            case "user" when cursor.Take("mapping"):
                facts.Add(RuleBook.ServerObject, "makes a user mapping", at);
                break;
            case "role" or "user" or "group":
                facts.Add(RuleBook.CreateRole, "makes a role", at);
                break;
            case "database" or "tablespace":
                facts.Add(RuleBook.ServerObject, "makes something beside this database", at);
                break;
            case var kind and ("view" or "recursive" or "function" or "procedure" or "aggregate" or "transform"):
                Replace(replaces, at);
                if (replaces)
                {
                    cursor.Take("view");
                    facts.Touch(
                        cursor.TakeName(),
                        kind is "view" or "recursive" ? ObjectSort.Relation : ObjectSort.Routine
                    );
                }

                break;
            case "materialized":
                ReadMaterializedView(cursor);
                break;
            case "unique" when cursor.Take("index"):
                ReadIndex(cursor, at);
                break;
            case "index":
                ReadIndex(cursor, at);
                break;
            case "trigger" or "constraint" or "rule" or "event":
                Replace(replaces, at);
                AddToTable(RuleBook.TriggerChange, "makes a trigger or a rule of", cursor, at);
                break;
            case "policy":
                AddToTable(RuleBook.RowSecurityChange, "makes a policy of", cursor, at);
                break;
            case "schema":
                ReadSchema(cursor, at);
                break;
            case "extension":
                facts.Add(RuleBook.CreateExtension, "installs an extension", at);
                break;
            case "subscription":
                facts.Add(RuleBook.Subscription, "makes a subscription", at);
                break;
            case "publication":
                facts.Add(RuleBook.Publication, "makes a publication", at);
                break;
            case "domain" when cursor.Contains("check") || cursor.Contains("not", "null"):
                facts.Add(RuleBook.DomainWithConstraint, "makes a domain with a constraint", at);
                break;
            case null:
                facts.Add(RuleBook.NotUnderstood, "makes something that is not understood", at);
                break;
        }
    }

    private static bool TakeKindOfTable(SqlCursor cursor)
    {
        cursor.TakeAny("global", "local");
        var temporary = cursor.TakeAny("temporary", "temp") is not null;
        cursor.Take("unlogged");
        return temporary;
    }

    private void Replace(bool replaces, SqlToken at)
    {
        if (replaces)
        {
            facts.WaitsForLocks = true;
            facts.Add(RuleBook.ReplaceObject, "replaces a definition", at);
        }
    }

    private void ReadTable(SqlCursor cursor, SqlToken at, bool temporary)
    {
        var maybe = cursor.Take("if", "not", "exists");
        var nameAt = cursor.Current;
        if (cursor.TakeName() is not { } table)
        {
            facts.Add(RuleBook.NotUnderstood, "makes a table without a name", at);
            return;
        }

        facts.NamesGiven.Add((table.Name, nameAt));
        AdviseOnTable(table, maybe, temporary, at);
        if (!maybe)
        {
            facts.Add(new TableMade(table, temporary));
        }

        if (cursor.Take("partition", "of"))
        {
            facts.WaitsForLocks = true;
            var parent = cursor.TakeName();
            facts.Touch(parent);
            facts.Add(RuleBook.PartitionLock, $"makes a partition of {parent}", at);
        }
        else if (cursor.TakeGroup() is { } elements)
        {
            // A foreign key waits for whoever writes into the table that it refers to.
            facts.WaitsForLocks = elements.Items().Any(e => e.Contains("references"));
            ReadElements(elements, table);
        }

        if (cursor.Find("as") is var query and >= 0)
        {
            ReadQuery(cursor.Between(query + 1, cursor.End));
        }
    }

    private void AdviseOnTable(ObjectName table, bool maybe, bool temporary, SqlToken at)
    {
        if (table.Schema is null && !temporary)
        {
            facts.Add(RuleBook.RequireSchema, $"{table} has no schema", at);
        }

        if (!maybe && !temporary)
        {
            facts.Add(RuleBook.PreferIfExists, $"fails where {table} exists already", at);
        }
    }

    private void ReadElements(SqlCursor elements, ObjectName table)
    {
        foreach (var element in elements.Items())
        {
            TableConstraint.TouchReferenced(element, facts);
            if (!TableConstraint.IsNext(element) && !element.Is("like"))
            {
                ColumnReader.Read(element, table, facts);
            }
        }
    }

    private void ReadMaterializedView(SqlCursor cursor)
    {
        cursor.Take("view");
        var maybe = cursor.Take("if", "not", "exists");
        if (cursor.TakeName() is { } view && !maybe)
        {
            facts.Add(new TableMade(view, Temporary: false));
        }

        if (cursor.Find("as") is var query and >= 0)
        {
            ReadQuery(cursor.Between(query + 1, cursor.End));
        }
    }

    private void ReadQuery(SqlCursor query)
    {
        if (query.Is("execute"))
        {
            facts.Add(RuleBook.DynamicSql, "runs a statement that was prepared", query.Current);
        }

        QueryReader.Read(query, facts);
    }

    private void ReadIndex(SqlCursor cursor, SqlToken at)
    {
        var concurrently = cursor.Take("concurrently");
        if (!cursor.Take("if", "not", "exists") && !cursor.Is("on"))
        {
            facts.Add(RuleBook.PreferIfExists, "fails where the index exists already", at);
        }

        if (!cursor.Is("on") && cursor.TakeName() is { } name)
        {
            facts.NamesGiven.Add((name.Name, at));
        }

        if (concurrently)
        {
            facts.Add(new ConcurrentWork(at));
        }
        else
        {
            AddToTable(RuleBook.IndexBlocksWrites, "builds an index of", cursor, at);
        }
    }

    private void ReadSchema(SqlCursor cursor, SqlToken at)
    {
        // What may follow are CREATE and GRANT, without semicolons between them.
        if (cursor.Contains("create") || cursor.Contains("grant"))
        {
            facts.Add(RuleBook.Privileges, "makes a schema with objects and privileges", at);
        }
    }

    private void AddToTable(Rule rule, string what, SqlCursor cursor, SqlToken at)
    {
        var table = TableAfterOn(cursor);
        facts.WaitsForLocks = true;
        facts.Target = table;
        facts.Add(rule, $"{what} {table}", at, table);
    }

    private static ObjectName? TableAfterOn(SqlCursor cursor)
    {
        if (cursor.Find("on") is not (var on and >= 0))
        {
            return null;
        }

        var table = cursor.Between(on + 1, cursor.End);
        table.Take("only");
        return table.TakeName();
    }
}
