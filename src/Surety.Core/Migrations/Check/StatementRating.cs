using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Check;

/// <summary>Rates one statement after the other: what each does, seen with what those before it did.</summary>
internal sealed class StatementRating(CheckOptions options, ScriptState state)
{
    public RatedStatement Rate(SqlStatement statement)
    {
        var facts = StatementReader.Read(statement, options.Version);
        List<Effect> effects =
        [
            .. facts.Effects.SelectMany(Prepared).Where(e => !IsSpared(e, facts)).Select(e => Narrowed(e, facts)),
            .. ColumnAdvice.Of(facts),
            .. NameAdvice.Of(facts),
            .. Timeouts(facts, statement),
        ];
        effects.AddRange(state.Apply(facts).Where(e => !IsSpared(e, facts)));
        var findings = effects
            .Where(e => IsOn(e.Rule))
            .OrderByDescending(e => e.Rule.Risk)
            .ThenBy(e => e.At.Start)
            .Select(e => new Finding(e.Rule, e.What, statement.PositionOf(e.At.Start), e.At.Length));
        return new RatedStatement(statement, statement.Text, [.. findings]) { Touched = facts.Touched };

        IEnumerable<Effect> Prepared(Effect effect) =>
            effect.Rule == RuleBook.DynamicSql
            && facts.Steps.OfType<StatementExecuted>().FirstOrDefault() is { } executed
            && state.PreparedAs(executed.Name) is { } known
                ? known.Select(e => e with { At = effect.At })
                : [effect];
    }

    private bool IsOn(Rule rule) => !rule.OptIn || options.Added.Contains(rule.Name);

    private bool IsSpared(Effect effect, StatementFacts facts) =>
        (effect.Rule.SparesNewTables && state.IsNew(effect.Table))
        || (effect.Rule == RuleBook.DropTable && DropsOnlyTemporary(facts))
        || (
            effect.Rule == RuleBook.SetNotNull
            && effect.Table is { } table
            && state.HasNoNull(table, effect.Column ?? "")
        );

    private bool DropsOnlyTemporary(StatementFacts facts) =>
        facts.Steps.OfType<TableDropped>().ToList() is { Count: > 0 } dropped
        && dropped.All(d => state.IsTemporary(d.Table));

    // A change of type is no more than that where every value of the old type, if it is known, has a place in the new one.
    private Effect Narrowed(Effect effect, StatementFacts facts)
    {
        if (effect.Rule != RuleBook.ChangeType)
        {
            return effect;
        }

        var column = facts.Columns.FirstOrDefault(c => !c.IsNew && c.Table == effect.Table && c.Name == effect.Column);
        if (column is null || TypeChange.KeepsEveryValue(state.TypeOf(column), column.Type))
        {
            return effect;
        }

        var known = state.TypeOf(column);
        var what =
            $"{effect.What}; from {(known is null ? "a type that is not known here" : known.ToString())}, values may not fit";
        return effect with { Rule = RuleBook.NarrowingType, What = what };
    }

    private IEnumerable<Effect> Timeouts(StatementFacts facts, SqlStatement statement)
    {
        if (!facts.WaitsForLocks || state.IsNew(facts.Target))
        {
            yield break;
        }

        var at = statement.Tokens[0];
        if (state.AskForTimeout("lock_timeout"))
        {
            yield return new Effect(RuleBook.MissingLockTimeout, "waits for its locks without a limit", at);
        }

        if (state.AskForTimeout("statement_timeout"))
        {
            yield return new Effect(RuleBook.MissingStatementTimeout, "runs without a limit", at);
        }
    }
}
