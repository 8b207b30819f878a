using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Check;

/// <summary>
/// Follows <c>-- surety:ignore RULE reason</c>: for the statement that it stands in or behind on the same line, else for
/// the next one. What is ignored stays visible, with its reason; a comment that ignores nothing is told.
/// </summary>
internal static class IgnoreComments
{
    private const string Mark = "surety:ignore";

    public static IReadOnlyList<RatedStatement> Apply(MigrationScript script, IReadOnlyList<RatedStatement> statements)
    {
        var result = statements.ToList();
        foreach (
            var comment in script.Comments.Where(c =>
                c.Text.TrimStart('-', ' ', '\t').StartsWith(Mark, StringComparison.Ordinal)
            )
        )
        {
            var index = IndexOf(comment, result);
            if (index >= 0)
            {
                result[index] = Apply(comment, result[index]);
            }
        }

        return result;
    }

    private static RatedStatement Apply(LineComment comment, RatedStatement statement)
    {
        var words = comment
            .Text[(comment.Text.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..]
            .Trim()
            .Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || RuleBook.Find(words[0]) is not { } rule)
        {
            return With(statement, RuleBook.UnreasonedIgnore, "ignores nothing", comment);
        }

        var reason = words[1].Trim();
        return statement.Findings.Any(f => f.Rule == rule)
            ? statement with
            {
                Findings = [.. statement.Findings.Select(f => f.Rule == rule ? f with { Ignored = reason } : f)],
            }
            : With(statement, RuleBook.UnusedIgnore, $"{rule} finds nothing in this statement", comment);
    }

    private static RatedStatement With(RatedStatement statement, Rule rule, string message, LineComment comment) =>
        statement with
        {
            Findings = [.. statement.Findings, new Finding(rule, message, comment.Position, comment.Text.Length)],
        };

    private static int IndexOf(LineComment comment, List<RatedStatement> statements)
    {
        var line = comment.Position.Line;
        var around = statements.FindLastIndex(s =>
            s.Item.Start < comment.Start && s.Line <= line && s.LastLine >= line
        );
        return around >= 0 ? around : statements.FindIndex(s => s.Item.Start > comment.Start);
    }
}
