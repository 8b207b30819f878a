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
        var rating = new StatementRating(options, state);
        var statements = new List<RatedStatement>();
        var begun = -1;
        foreach (var item in script.Items)
        {
            if (Rate(item, rating) is { } rated)
            {
                statements.Add(rated);
                begun =
                    state.Begun is null ? -1
                    : begun < 0 ? statements.Count - 1
                    : begun;
            }
        }

        if (begun >= 0)
        {
            statements[begun] = Uncommitted(statements[begun]);
        }

        return new CheckedScript(
            script.Source,
            [.. IgnoreComments.Apply(script, statements).Select(s => WithIgnored(s, options))]
        );
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
