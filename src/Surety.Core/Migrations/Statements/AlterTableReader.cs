using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>ALTER TABLE and its kin: each of its actions, one after the other.</summary>
internal sealed class AlterTableReader(ObjectName table, int version, StatementFacts facts)
{
    public void Read(SqlCursor actions)
    {
        facts.WaitsForLocks = true;
        facts.Target = table;
        foreach (var action in actions.Items())
        {
            ReadAction(action);
        }
    }

    private void ReadAction(SqlCursor action)
    {
        var at = action.Span;
        switch (
            action.TakeAny(
                "add",
                "drop",
                "alter",
                "rename",
                "set",
                "reset",
                "validate",
                "enable",
                "disable",
                "owner",
                "attach",
                "detach",
                "inherit",
                "no",
                "force",
                "replica",
                "cluster",
                "of",
                "not",
                "depends"
            )
        )
        {
            case "add":
                ReadAdd(action, at);
                break;
            case "drop":
                ReadDrop(action, at);
                break;
            case "alter" when action.Take("constraint"):
                Add(RuleBook.TableSetting, "changes a constraint of", at);
                break;
            case "alter":
                action.Take("column");
                new AlterColumnReader(table, facts).Read(action, at);
                break;
            case "rename":
                ReadRename(action, at);
                break;
            case "set" or "reset":
                ReadSet(action, at);
                break;
            case "validate":
                ReadValidate(action, at);
                break;
            case "enable" or "disable":
                ReadSwitch(action, at);
                break;
            case "force" or "no" when action.Contains("row", "level") || action.Contains("force"):
                ReadForce(action, at);
                break;
            case "owner":
                Add(RuleBook.OwnerChange, "gives away", at);
                break;
            case "attach":
                Add(RuleBook.PartitionLock, "attaches a partition to", at);
                break;
            case "detach":
                AddDetachBlocks(action, at);
                Add(RuleBook.DetachPartition, "detaches a partition from", at);
                break;
            case "no":
                Add(RuleBook.NoInherit, "takes its parent away from", at);
                break;
            case "replica":
                Add(RuleBook.ReplicaIdentity, "changes the replica identity of", at);
                break;
            case "inherit" or "of" or "cluster" or "not" or "depends":
                Add(RuleBook.TableSetting, "changes", at);
                break;
            default:
                Add(RuleBook.NotUnderstood, "has an action that is not understood on", at);
                break;
        }

        AddCascade(action, at);
    }

    private void ReadAdd(SqlCursor action, SqlToken at)
    {
        TableConstraint.TouchReferenced(action, facts);
        if (TableConstraint.IsNext(action))
        {
            TableConstraint.Rate(action, table, facts, at);
            return;
        }

        action.Take("column");
        action.Take("if", "not", "exists");
        if (ColumnReader.Read(action, table, facts) is { } column)
        {
            ColumnReader.RateAdded(action, column, version, facts);
        }
        else
        {
            Add(RuleBook.NotUnderstood, "adds something that is not understood to", at);
        }
    }

    private void ReadDrop(SqlCursor action, SqlToken at)
    {
        if (action.Take("constraint"))
        {
            action.Take("if", "exists");
            Add(RuleBook.DropConstraint, $"drops constraint {action.TakePart()} of", at);
            return;
        }

        action.Take("column");
        action.Take("if", "exists");
        Add(RuleBook.DropColumn, $"drops column {action.TakePart()} of", at);
    }

    private void ReadRename(SqlCursor action, SqlToken at)
    {
        if (action.Take("to"))
        {
            RenameTable(action, at);
        }
        else if (action.Take("constraint"))
        {
            Add(RuleBook.RenameConstraint, "renames a constraint of", at);
        }
        else
        {
            action.Take("column");
            var from = action.TakePart();
            action.Take("to");
            var to = action.TakePart();
            Add(RuleBook.RenameColumn, $"renames column {from} to {to} in", at);
            if (from is not null && to is not null)
            {
                facts.Add(new ColumnRenamed(table, from, to));
            }
        }
    }

    private void RenameTable(SqlCursor action, SqlToken at)
    {
        var to = action.Current;
        var name = action.TakePart();
        facts.Add(RuleBook.RenameTable, $"renames {table} to {name}", at);
        if (name is not null)
        {
            facts.NamesGiven.Add((name, to));
            facts.Add(new TableRenamed(table, table with { Name = name }));
        }
    }

    private void ReadSet(SqlCursor action, SqlToken at)
    {
        var (rule, what) = action switch
        {
            _ when action.Take("schema") => (RuleBook.RenameTable, "moves into another schema:"),
            _ when action.Take("logged") => (RuleBook.TableRewrite, "rewrites"),
            _ when action.Take("unlogged") => (RuleBook.SetUnlogged, "keeps no log of"),
            _ when action.Take("tablespace") || action.Take("access") => (RuleBook.TableRewrite, "moves"),
            _ when action.Take("without", "oids") => (RuleBook.DropColumn, "drops the oid column of"),
            _ when action.Take("with", "oids") => (RuleBook.TableRewrite, "rewrites"),
            _ => (RuleBook.TableSetting, "sets storage parameters of"),
        };
        Add(rule, what, at);
    }

    private void ReadValidate(SqlCursor action, SqlToken at)
    {
        action.Take("constraint");
        var name = action.TakePart() ?? "";
        Add(RuleBook.ValidateConstraint, $"validates constraint {name} of", at);
        facts.Add(new ConstraintValidated(table, name, at));
    }

    private void ReadSwitch(SqlCursor action, SqlToken at)
    {
        var on = action.IsAt(action.Index - 1, "enable");
        if (action.Take("row", "level", "security"))
        {
            Add(
                on ? RuleBook.RowSecurityChange : RuleBook.DisableRowSecurity,
                $"{(on ? "enables" : "disables")} row level security of",
                at
            );
        }
        else
        {
            var replica = on && action.IsAny("replica", "always");
            var rule = on && !replica ? RuleBook.TriggerChange : RuleBook.DisableTrigger;
            Add(rule, $"{(on ? "enables" : "disables")} triggers or rules of", at);
        }
    }

    private void ReadForce(SqlCursor action, SqlToken at)
    {
        var off = action.IsAt(action.Index - 1, "no");
        Add(
            off ? RuleBook.DisableRowSecurity : RuleBook.RowSecurityChange,
            $"{(off ? "no longer forces" : "forces")} row level security on its owner, for",
            at
        );
    }

    private void AddDetachBlocks(SqlCursor action, SqlToken at)
    {
        if (!action.Contains("concurrently") && !action.Contains("finalize"))
        {
            Add(RuleBook.DetachPartitionBlocks, "waits for everybody who uses", at);
        }
    }

    private void AddCascade(SqlCursor action, SqlToken at)
    {
        var last = action.End - 1;
        if (last > action.Start && action.IsAt(last, "cascade") && action.IsAt(action.Start, "drop"))
        {
            Add(RuleBook.Cascade, "drops whatever depends on it in", action.TokenAt(last));
        }
    }

    private void Add(Rule rule, string what, SqlToken at) => facts.Add(rule, $"{what} {table}", at, table);
}
