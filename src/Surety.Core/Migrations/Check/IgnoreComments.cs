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
        var meant = script.Comments.Where(IsMeant).ToLookup(comment => IndexOf(comment, statements));
        return [.. statements.Select((statement, index) => Apply([.. meant[index]], statement))];
    }

    private static bool IsMeant(LineComment comment) =>
        comment.Text.TrimStart('-', ' ', '\t').StartsWith(Mark, StringComparison.Ordinal);

    private static RatedStatement Apply(IReadOnlyList<LineComment> comments, RatedStatement statement)
    {
        if (comments.Count == 0)
        {
            return statement;
        }

        var reasons = new Dictionary<Rule, string>();
        var remarks = new List<Finding>();
        foreach (var comment in comments)
        {
            if (Parse(comment) is not var (rule, reason))
            {
                remarks.Add(Remark(RuleBook.UnreasonedIgnore, "ignores nothing", comment));
            }
            else if (!statement.Findings.Any(f => f.Rule == rule))
            {
                remarks.Add(Remark(RuleBook.UnusedIgnore, $"{rule} finds nothing in this statement", comment));
            }
            else
            {
                reasons[rule] = reason;
            }
        }

        var findings = statement.Findings.Select(f => f with { Ignored = reasons.GetValueOrDefault(f.Rule) });
        return statement with { Findings = [.. findings, .. remarks] };
    }

    private static (Rule Rule, string Reason)? Parse(LineComment comment)
    {
        var said = comment.Text[(comment.Text.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..];
        return
            said.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                is [var name, var reason]
            && RuleBook.Find(name) is { } rule
            ? (rule, reason)
            : null;
    }

    private static Finding Remark(Rule rule, string message, LineComment comment) =>
        new(rule, message, comment.Position, comment.Text.Length);

    // Both are in the order of the script.
    private static int IndexOf(LineComment comment, IReadOnlyList<RatedStatement> statements)
    {
        var (from, to) = (0, statements.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = statements[middle].Item.Start < comment.Start ? (middle + 1, to) : (from, middle);
        }

        return from > 0 && statements[from - 1].LastLine >= comment.Position.Line ? from - 1 : from;
    }
}
