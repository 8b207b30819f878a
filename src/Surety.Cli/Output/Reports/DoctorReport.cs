using System.Text;
using Surety.Core.Diagnosis;
using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety doctor</c> tells: a line for each check, and what to do about those that are not well.</summary>
internal static class DoctorReport
{
    public static CommandResult Of(Diagnosis diagnosis) =>
        CommandResult.Of(
            new DoctorDocument(
                diagnosis.Healthy,
                [.. diagnosis.Findings.Select(f => new DoctorFinding(f.Subject, Word(f.Level), f.Fact, f.Advice))],
                diagnosis.Incomplete
            ),
            Documents.Json.DoctorDocument,
            Text(diagnosis),
            diagnosis.Healthy ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(Diagnosis diagnosis)
    {
        var text = new StringBuilder();
        var width = diagnosis.Findings.Max(f => f.Subject.Length);
        foreach (var finding in diagnosis.Findings)
        {
            text.Append($"{Label(finding.Level), -7}  {finding.Subject.PadRight(width)}  {finding.Fact}\n");
            if (finding.Advice is { } advice)
            {
                text.Append($"{new string(' ', width + 11)}{advice}\n");
            }
        }

        var problems = diagnosis.Findings.Count(f => f.Level == FindingLevel.Problem);
        var warnings = diagnosis.Findings.Count(f => f.Level == FindingLevel.Warning);
        return text.Append($"\n{Units.Count(problems, "problem")}, {Units.Count(warnings, "warning")}\n").ToString();
    }

    private static string Word(FindingLevel level) =>
        level switch
        {
            FindingLevel.Ok => "ok",
            FindingLevel.Warning => "warning",
            _ => "problem",
        };

    // What asks for attention stands out, also without colors.
    private static string Label(FindingLevel level) =>
        level == FindingLevel.Ok ? Word(level) : Word(level).ToUpperInvariant();
}

/// <summary>What <c>doctor --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record DoctorDocument(
    bool Healthy,
    IReadOnlyList<DoctorFinding> Findings,
    IReadOnlyList<IncompleteItem> Incomplete
);

/// <param name="Level"><c>ok</c>, <c>warning</c> or <c>problem</c>.</param>
internal sealed record DoctorFinding(string Subject, string Level, string Fact, string? Advice);
