using System.Text.Json.Serialization;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Live;
using Surety.Core.Migrations.Rules;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>check --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
/// <param name="Risk">The greatest of all statements.</param>
/// <param name="Live">What the database tells; absent where none was asked.</param>
/// <param name="OpenRisk">The same without what is ignored: what decides on the exit code.</param>
internal sealed record CheckDocument(
    string Risk,
    string OpenRisk,
    int Files,
    IReadOnlyList<CheckedStatement> Statements,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LiveDocument? Live
)
{
    public static CheckDocument Of(CheckReport report, LiveFacts? live) =>
        new(
            report.Risk.Word(),
            report.OpenRisk.Word(),
            report.Scripts.Count,
            [.. report.Statements.Select(s => CheckedStatement.Of(s, live))],
            live is null ? null : LiveDocument.Of(live)
        );
}

/// <param name="Rule">The one that decides on the risk; null where none speaks.</param>
/// <param name="Reason">Why.</param>
/// <param name="Advice">What to do instead.</param>
/// <param name="Objects">What it meets in the database; absent where none was asked.</param>
internal sealed record CheckedStatement(
    string File,
    int Line,
    string Sql,
    string Risk,
    string? Rule,
    string? Reason,
    string? Advice,
    IReadOnlyList<CheckFinding> Findings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<LiveObjectDocument>? Objects
)
{
    public static CheckedStatement Of(RatedStatement statement, LiveFacts? live)
    {
        var first = statement.Findings.Count > 0 ? statement.Findings[0] : null;
        return new(
            statement.File,
            statement.Line,
            statement.Sql,
            statement.Risk.Word(),
            first?.Rule.Name,
            first is null ? null : $"{first.Message}: {first.Rule.Why}",
            first?.Rule.Instead,
            [.. statement.Findings.Select(CheckFinding.Of)],
            live is null ? null : [.. live.Of(statement).Select(LiveObjectDocument.Of)]
        );
    }
}

/// <param name="Ignored">The reason that was given for ignoring it; null where nobody does.</param>
internal sealed record CheckFinding(
    string Rule,
    string Risk,
    int Line,
    int Column,
    string Message,
    string Reason,
    string Advice,
    string Link,
    string? Ignored
)
{
    public static CheckFinding Of(Finding finding) =>
        new(
            finding.Rule.Name,
            finding.Risk.Word(),
            finding.Position.Line,
            finding.Position.Column,
            finding.Message,
            finding.Rule.Why,
            finding.Rule.Instead,
            finding.Rule.Link,
            finding.Ignored
        );
}
