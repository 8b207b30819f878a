using System.Text;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Live;
using Surety.Core.Migrations.Rules;

namespace Surety.Cli.Output.Reports;

/// <summary>
/// Findings as annotations of a GitHub workflow: "Workflow commands for GitHub Actions", sections on notice, warning and
/// error messages. What is ignored is left out.
/// </summary>
internal static class GithubAnnotations
{
    public static string Of(CheckReport report, LiveFacts? live)
    {
        var text = new StringBuilder();
        foreach (var statement in report.Statements)
        {
            foreach (var finding in statement.Findings.Where(f => f.Ignored is null))
            {
                Append(text, statement.File, finding, LiveText.Of(statement, live));
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string file, Finding finding, string? here)
    {
        var level = finding.Risk switch
        {
            RiskLevel.High => "error",
            RiskLevel.Medium => "warning",
            _ => "notice",
        };
        var message = $"{finding.Message}: {finding.Rule.Why}. Instead: {finding.Rule.Instead}";
        message += here is null ? "" : $". Here: {here}";
        text.Append($"::{level} file={Property(file)},line={finding.Position.Line},col={finding.Position.Column},");
        text.Append($"title={Property(finding.Rule.Name)}::{Data(message)}\n");
    }

    private static string Data(string value) =>
        value
            .Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string value) =>
        Data(value).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
