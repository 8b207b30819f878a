using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Check;

/// <summary>
/// <c>surety check</c>: rates every statement of scripts by their text alone. Scripts are taken as one history: a later one
/// knows the column types that an earlier one gave.
/// </summary>
public static class MigrationCheck
{
    /// <param name="scripts">In the order in which they run.</param>
    public static CheckReport Run(IEnumerable<MigrationScript> scripts, CheckOptions options)
    {
        var columns = new KnownColumns();
        return new CheckReport([.. scripts.Select(s => Run(s, options, columns))]);
    }

    private static CheckedScript Run(MigrationScript script, CheckOptions options, KnownColumns columns)
    {
        var state = new ScriptState(options, columns);
        var statements = Rate(script, new StatementRating(options, state), state, isWhole: true);
        return new CheckedScript(script.Source, [.. statements.Select(s => WithIgnored(s, options))]);
    }

    /// <summary>Its statements, and those of the files that it includes where they are included.</summary>
    /// <param name="isWhole">False for an included file: what it begins, another may end.</param>
    private static List<RatedStatement> Rate(
        MigrationScript script,
        StatementRating rating,
        ScriptState state,
        bool isWhole
    )
    {
        var own = new List<RatedStatement>();
        var included = new Dictionary<ScriptItem, IReadOnlyList<RatedStatement>>();
        var begun = -1;
        foreach (var item in script.Items)
        {
            var before = state.Begun;
            if (item is MetaCommand command && script.Included.TryGetValue(command, out var file))
            {
                // A comment in front of it is about it, not about the statement that comes after it.
                own.Add(new RatedStatement(command, command.ToString(), []));
                included[command] = Rate(file.Script, rating, state, isWhole: false);
            }
            else if (Rate(item, rating) is { } rated)
            {
                own.Add(rated);
                begun = before is null && state.Begun is not null ? own.Count - 1 : begun;
            }

            begun = state.Begun is null ? -1 : begun;
        }

        if (isWhole && begun >= 0)
        {
            own[begun] = Uncommitted(own[begun]);
        }

        return [.. IgnoreComments.Apply(script, own).SelectMany(WithIncluded)];

        IEnumerable<RatedStatement> WithIncluded(RatedStatement statement) =>
            !included.TryGetValue(statement.Item, out var others) ? [statement]
            : statement.Findings.Count > 0 ? others.Prepend(statement)
            : others;
    }

    private static RatedStatement? Rate(ScriptItem item, StatementRating rating) =>
        item switch
        {
            SqlStatement { IsEmpty: false } statement => rating.Rate(statement),
            MetaCommand command when PsqlCommandReader.Read(command) is var (rule, what) => new RatedStatement(
                command,
                command.ToString(),
                [new Finding(rule, what, command.Source.PositionOf(command.Start), command.Name.Length + 1)]
            ),
            _ => null,
        };

    private static RatedStatement Uncommitted(RatedStatement statement) =>
        statement with
        {
            Findings =
            [
                .. statement.Findings,
                new Finding(
                    RuleBook.UncommittedTransaction,
                    "begins a transaction that nothing ends",
                    statement.Item.Source.PositionOf(statement.Item.Start),
                    1
                ),
            ],
        };

    private static RatedStatement WithIgnored(RatedStatement statement, CheckOptions options) =>
        options.Ignored.Count == 0
            ? statement
            : statement with
            {
                Findings =
                [
                    .. statement.Findings.Select(f =>
                        f.Ignored is null && options.Ignored.TryGetValue(f.Rule.Name, out var reason)
                            ? f with
                            {
                                Ignored = reason,
                            }
                            : f
                    ),
                ],
            };
}
