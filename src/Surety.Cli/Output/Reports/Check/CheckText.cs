using System.Text;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Live;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Cli.Output.Reports;

/// <summary>
/// What <c>surety check</c> tells people: each finding with the line that it is of. Why, and what to do instead, stand at
/// the first finding of a rule alone.
/// </summary>
internal sealed class CheckText
{
    private const int LongestExcerpt = 110;

    // How much of a long line is shown before the place that is meant.
    private const int Lead = 30;

    private readonly StringBuilder text = new();
    private readonly HashSet<Rule> explained = [];

    private readonly LiveFacts? live;

    private CheckText(LiveFacts? live) => this.live = live;

    /// <param name="report">What was found.</param>
    /// <param name="live">What the database tells; null where none was asked.</param>
    public static string Of(CheckReport report, LiveFacts? live)
    {
        var writer = new CheckText(live);
        foreach (var script in report.Scripts)
        {
            writer.Write(script);
        }

        if (live is not null)
        {
            writer.text.Append(LiveText.Summary(live));
        }

        writer.Summarize(report);
        return writer.text.ToString();
    }

    private void Write(CheckedScript script)
    {
        foreach (var statement in script.Statements)
        {
            // Once for a statement: it meets the same objects whatever is said of it.
            var here = LiveText.Of(statement, live);
            var first = statement.Findings.FirstOrDefault(f => f.Ignored is null);
            foreach (var finding in statement.Findings)
            {
                Write(statement.Item.Source, finding, ReferenceEquals(finding, first) ? here : null);
            }
        }
    }

    private void Write(ScriptSource source, Finding finding, string? here)
    {
        var (line, column) = finding.Position;
        var level = finding.Risk == RiskLevel.None ? "advice" : finding.Risk.Word();
        text.Append($"{source.File}:{line}:{column}: {level}: {finding.Message} [{finding.Rule}]\n");
        if (finding.Ignored is { } reason)
        {
            text.Append($"    ignored: {reason}\n\n");
            return;
        }

        WriteExcerpt(source.LineText(line), line, column - 1, finding.Length);
        if (explained.Add(finding.Rule))
        {
            text.Append($"    why:     {finding.Rule.Why}\n");
            text.Append($"    instead: {finding.Rule.Instead}\n");
        }

        if (here is not null)
        {
            text.Append($"    here:    {here}\n");
        }

        text.Append('\n');
    }

    private void WriteExcerpt(string line, int number, int column, int length)
    {
        // A tab would move the mark beneath it.
        var shown = line.Replace('\t', ' ');
        var margin = $"    {number} | ";
        if (shown.Length > LongestExcerpt)
        {
            var from = Math.Max(0, Math.Min(column - Lead, shown.Length - LongestExcerpt));
            shown = shown.Substring(from, Math.Min(LongestExcerpt, shown.Length - from));
            column -= from;
        }

        var marked = Math.Clamp(length, 1, Math.Max(1, shown.Length - column));
        text.Append(margin).Append(shown).Append('\n');
        text.Append(' ', margin.Length - 2).Append("| ").Append(' ', column).Append('^', marked).Append('\n');
    }

    private void Summarize(CheckReport report)
    {
        var statements = report.Statements.ToList();
        text.Append($"RISK {report.Risk.Word().ToUpperInvariant()}: ");
        text.Append($"{Units.Count(statements.Count, "statement")} in {Units.Count(report.Scripts.Count, "file")}");
        var levels = new[] { RiskLevel.High, RiskLevel.Medium, RiskLevel.Low }
            .Select(level => (Level: level, Count: statements.Count(s => s.Risk == level)))
            .Where(l => l.Count > 0)
            .Select(l => $"{Units.Count(l.Count)} {l.Level.Word()}")
            .ToList();
        text.Append(levels.Count > 0 ? $": {string.Join(", ", levels)}" : "");
        text.Append(report.OpenRisk < report.Risk ? $"; {report.OpenRisk.Word()} without what is ignored\n" : "\n");
    }
}
