using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Check;

/// <summary>What the statements of a script so far mean for the next one.</summary>
internal sealed class ScriptState(CheckOptions options, KnownColumns columns)
{
    private readonly Dictionary<ObjectName, bool> newTables = [];
    private readonly Dictionary<string, IReadOnlyList<Effect>> prepared = [];
    private readonly HashSet<string> timeouts = [];
    private readonly List<ConstraintPromised> promises = [];
    private readonly HashSet<(ObjectName, string)> validated = [];

    // How many of the promises are older than the transaction.
    private int promisesBefore;

    public bool InTransaction { get; private set; } = options.InTransaction;

    /// <summary>The BEGIN that has no COMMIT yet; null for none.</summary>
    public TransactionStep? Begun { get; private set; }

    public bool IsNew(ObjectName? table) => table is { } known && newTables.ContainsKey(known);

    public bool IsTemporary(ObjectName table) => newTables.GetValueOrDefault(table);

    /// <summary>One finding of a kind is enough for a script: says whether this is the first.</summary>
    public bool AskForTimeout(string setting) => timeouts.Add(setting);

    public TypeName? TypeOf(DefinedColumn column) => columns.TypeOf(column.Table, column.Name);

    public IReadOnlyList<Effect>? PreparedAs(string name) => prepared.GetValueOrDefault(name);

    /// <summary>True where a validated check says that a column has no NULL, so that SET NOT NULL needs no scan.</summary>
    public bool HasNoNull(ObjectName table, string column) =>
        options.Version >= 12
        && promises.Any(p => p.Table == table && p.Column == column && validated.Contains((table, p.Constraint)));

    /// <summary>Goes past a statement; returns what its steps amount to, given what was before.</summary>
    public IEnumerable<Effect> Apply(StatementFacts facts)
    {
        var effects = new List<Effect>();
        foreach (var step in facts.Steps)
        {
            Apply(step, effects);
            columns.Apply(step);
        }

        foreach (var column in facts.Columns)
        {
            columns.Set(column);
        }

        return effects;
    }

    private void Apply(ScriptStep step, List<Effect> effects)
    {
        switch (step)
        {
            case TableMade made:
                newTables[made.Table] = made.Temporary;
                break;
            case TableDropped dropped:
                newTables.Remove(dropped.Table);
                break;
            case TableRenamed renamed when newTables.Remove(renamed.From, out var temporary):
                newTables[renamed.To] = temporary;
                break;
            case ConstraintPromised promised:
                promises.Add(promised);
                break;
            case ConstraintValidated constraint:
                Apply(constraint, effects);
                break;
            case TimeoutSet timeout:
                timeouts.Add(timeout.Setting);
                break;
            case StatementPrepared statement:
                prepared[statement.Name] = statement.Effects;
                break;
            case ConcurrentWork work when InTransaction:
                effects.Add(new Effect(RuleBook.ConcurrentlyInTransaction, "fails within a transaction", work.At));
                break;
            case EnumValueAdded added when InTransaction && options.Version < 12:
                effects.Add(new Effect(RuleBook.EnumValueInTransaction, "fails within a transaction", added.At));
                break;
            case TransactionStep transaction:
                Apply(transaction, effects);
                break;
        }
    }

    private void Apply(ConstraintValidated step, List<Effect> effects)
    {
        validated.Add((step.Table, step.Constraint));
        var added = promises.FindLastIndex(p => p.Table == step.Table && p.Constraint == step.Constraint);
        if (InTransaction && added >= promisesBefore)
        {
            var what = $"validates {step.Constraint} of {step.Table} in the transaction that added it";
            effects.Add(new Effect(RuleBook.ValidateInTransaction, what, step.At) { Table = step.Table });
        }
    }

    private void Apply(TransactionStep step, List<Effect> effects)
    {
        var begins = step.Change == TransactionChange.Begin;
        if (begins == InTransaction)
        {
            var what = begins ? "begins a transaction within another" : "ends a transaction that was not begun";
            effects.Add(new Effect(RuleBook.TransactionNesting, what, step.At));
        }

        promisesBefore = promises.Count;
        InTransaction = begins;
        Begun = begins ? step : null;
        if (step.Change == TransactionChange.Rollback)
        {
            newTables.Clear();
            promises.Clear();
            promisesBefore = 0;
            validated.Clear();
        }
    }
}
