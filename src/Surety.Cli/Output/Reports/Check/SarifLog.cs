using System.Text.Json.Serialization;
using Surety.Cli.Commands;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Live;
using Surety.Core.Migrations.Rules;

namespace Surety.Cli.Output.Reports;

/// <summary>Findings as SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), section numbers as there.</summary>
internal sealed record SarifLog(
    [property: JsonPropertyName("$schema")] string Schema,
    string Version,
    IReadOnlyList<SarifRun> Runs
)
{
    public static SarifLog Of(CheckReport report, LiveFacts? live)
    {
        var findings = report
            .Statements.SelectMany(s => s.Findings.Select(f => (s.File, Finding: f, Here: LiveText.Of(s, live))))
            .ToList();
        var rules = findings
            .Select(f => f.Finding.Rule)
            .Distinct()
            .OrderBy(r => r.Name, StringComparer.Ordinal)
            .ToList();
        return new(
            "https://json.schemastore.org/sarif-2.1.0.json",
            "2.1.0",
            [
                new SarifRun(
                    new SarifTool(new SarifDriver("surety", ProductVersion.Text, [.. rules.Select(SarifRule.Of)])),
                    // 3.14.17: columns as .NET counts them.
                    "utf16CodeUnits",
                    [.. findings.Select(f => SarifResult.Of(f.File, f.Finding, f.Here, rules.IndexOf(f.Finding.Rule)))]
                ),
            ]
        );
    }

    // 3.27.10. There is no fourth level for findings.
    internal static string Level(RiskLevel risk) =>
        risk switch
        {
            RiskLevel.High => "error",
            RiskLevel.Medium => "warning",
            _ => "note",
        };
}

internal sealed record SarifRun(SarifTool Tool, string ColumnKind, IReadOnlyList<SarifResult> Results);

internal sealed record SarifTool(SarifDriver Driver);

internal sealed record SarifDriver(string Name, string Version, IReadOnlyList<SarifRule> Rules);

internal sealed record SarifRule(
    string Id,
    SarifText ShortDescription,
    SarifText Help,
    string HelpUri,
    SarifConfiguration DefaultConfiguration
)
{
    public static SarifRule Of(Rule rule) =>
        new(rule.Name, new(rule.Why), new(rule.Instead), rule.Link, new(SarifLog.Level(rule.Risk)));
}

internal sealed record SarifConfiguration(string Level);

internal sealed record SarifText(string Text);

/// <param name="Suppressions">3.27.23: what is ignored, with the reason; absent where nothing is.</param>
internal sealed record SarifResult(
    string RuleId,
    int RuleIndex,
    string Level,
    SarifText Message,
    IReadOnlyList<SarifLocation> Locations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<SarifSuppression>? Suppressions
)
{
    public static SarifResult Of(string file, Finding finding, string? here, int ruleIndex) =>
        new(
            finding.Rule.Name,
            ruleIndex,
            SarifLog.Level(finding.Risk),
            new SarifText($"{finding.Message}: {finding.Rule.Why}{(here is null ? "" : $"; here: {here}")}"),
            [
                new SarifLocation(
                    new SarifPlace(
                        new SarifFile(
                            string.Join('/', file.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString))
                        ),
                        new SarifRegion(finding.Position.Line, finding.Position.Column)
                    )
                ),
            ],
            finding.Ignored is { } reason ? [new SarifSuppression("inSource", reason)] : null
        );
}

internal sealed record SarifLocation(SarifPlace PhysicalLocation);

internal sealed record SarifPlace(SarifFile ArtifactLocation, SarifRegion Region);

internal sealed record SarifFile(string Uri);

internal sealed record SarifRegion(int StartLine, int StartColumn);

internal sealed record SarifSuppression(string Kind, string Justification);
