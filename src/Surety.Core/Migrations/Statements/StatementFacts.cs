using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>What Surety understands of a statement.</summary>
internal sealed class StatementFacts
{
    private readonly List<Effect> effects = [];
    private readonly List<DefinedColumn> columns = [];
    private readonly List<ScriptStep> steps = [];
    private readonly HashSet<TouchedObject> touched = [];

    /// <summary>What it does; empty where that is nothing to speak of.</summary>
    public IReadOnlyList<Effect> Effects => effects;

    /// <summary>Columns that it defines or retypes.</summary>
    public IReadOnlyList<DefinedColumn> Columns => columns;

    /// <summary>What it changes for the statements after it, in this order.</summary>
    public IReadOnlyList<ScriptStep> Steps => steps;

    /// <summary>The objects that it does something to, as it names them.</summary>
    public IReadOnlyCollection<TouchedObject> Touched => touched;

    /// <summary>True where it waits for a lock that others hold: DDL, LOCK and the like.</summary>
    public bool WaitsForLocks { get; set; }

    /// <summary>The table whose lock that is; null where none or several.</summary>
    public ObjectName? Target
    {
        get;
        set
        {
            field = value;
            Touch(value);
        }
    }

    /// <summary>The names that it gives.</summary>
    public List<(string Name, SqlToken At)> NamesGiven { get; } = [];

    public void Add(Rule rule, string what, SqlToken at, ObjectName? table = null, string? column = null)
    {
        effects.Add(new Effect(rule, what, at) { Table = table, Column = column });
        Touch(table);
    }

    public void Touch(ObjectName? name, ObjectSort sort = ObjectSort.Relation)
    {
        if (name is { } known)
        {
            touched.Add(new TouchedObject(sort, known));
        }
    }

    /// <summary>Touches each of the names that a list begins its items with.</summary>
    public void TouchAll(SqlCursor names, ObjectSort sort = ObjectSort.Relation)
    {
        foreach (var item in names.Items())
        {
            item.Take("only");
            Touch(item.TakeName(), sort);
        }
    }

    /// <summary>Adds what a statement within this one does, whose text begins at a place of this one's.</summary>
    public void Add(StatementFacts inner, int offset)
    {
        effects.AddRange(inner.effects.Select(e => e with { At = Moved(e.At) }));
        columns.AddRange(inner.columns.Select(c => c with { At = Moved(c.At) }));
        NamesGiven.AddRange(inner.NamesGiven.Select(n => (n.Name, Moved(n.At))));
        // What a guard may skip proves nothing for the statements that follow, but for types, which it may have changed.
        steps.AddRange(inner.steps.Where(s => s is TableDropped or TableRenamed or ColumnRenamed));
        WaitsForLocks |= inner.WaitsForLocks;
        touched.UnionWith(inner.touched);

        SqlToken Moved(SqlToken token) => token with { Start = token.Start + offset };
    }

    public void Add(DefinedColumn column) => columns.Add(column);

    public void Add(ScriptStep step) => steps.Add(step);
}

/// <summary>A column as a statement defines it.</summary>
/// <param name="IsNew">False where the column existed and gets another type.</param>
internal sealed record DefinedColumn(ObjectName Table, string Name, TypeName Type, SqlToken At, bool IsNew)
{
    /// <summary>True for a primary key or an identity column.</summary>
    public bool IsKey { get; init; }
}

/// <summary>Something that matters to the statements after it.</summary>
internal abstract record ScriptStep;

/// <summary>A table or a materialized view was made; <c>IF NOT EXISTS</c> promises nothing and is none.</summary>
internal sealed record TableMade(ObjectName Table, bool Temporary) : ScriptStep;

internal sealed record TableRenamed(ObjectName From, ObjectName To) : ScriptStep;

internal sealed record TableDropped(ObjectName Table) : ScriptStep;

internal sealed record ColumnRenamed(ObjectName Table, string From, string To) : ScriptStep;

/// <summary>A constraint was added without looking at the rows.</summary>
/// <param name="Column">The column that it says is not NULL; null where it says something else.</param>
internal sealed record ConstraintPromised(ObjectName Table, string Constraint, string? Column) : ScriptStep;

internal sealed record ConstraintValidated(ObjectName Table, string Constraint, SqlToken At) : ScriptStep;

internal sealed record StatementPrepared(string Name, IReadOnlyList<Effect> Effects) : ScriptStep;

/// <summary>A setting such as <c>lock_timeout</c> was set to something else than 0.</summary>
internal sealed record TimeoutSet(string Setting) : ScriptStep;

internal sealed record TransactionStep(TransactionChange Change, SqlToken At) : ScriptStep;

internal enum TransactionChange
{
    Begin,
    Commit,
    Rollback,
}

/// <summary>Work that PostgreSQL refuses within a transaction.</summary>
internal sealed record ConcurrentWork(SqlToken At) : ScriptStep;

/// <summary>A value was added to an enum.</summary>
internal sealed record EnumValueAdded(SqlToken At) : ScriptStep;

internal sealed record StatementExecuted(string Name) : ScriptStep;
