using System.Text.Json;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Live;
using Surety.Core.Migrations.Rules;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety check</c> prints, in the form that was asked for.</summary>
internal static class CheckResult
{
    /// <param name="report">What was found.</param>
    /// <param name="live">What the database tells; null where none was asked.</param>
    /// <param name="failOn">From which risk on the exit code says so; <see cref="RiskLevel.None"/> for never.</param>
    /// <param name="format">Of <c>--format</c>.</param>
    public static CommandResult Of(CheckReport report, LiveFacts? live, RiskLevel failOn, string format)
    {
        var fails = failOn != RiskLevel.None && report.OpenRisk >= failOn;
        var text = format switch
        {
            "github" => GithubAnnotations.Of(report, live),
            "sarif" => JsonSerializer.Serialize(SarifLog.Of(report, live), Documents.Json.SarifLog) + "\n",
            _ => CheckText.Of(report, live),
        };
        return CommandResult.Of(
            CheckDocument.Of(report, live),
            Documents.Json.CheckDocument,
            text,
            fails ? ExitCodes.NotSound : ExitCodes.Done
        );
    }
}
