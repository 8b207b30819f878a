using System.Text.Json;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Rules;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety check</c> prints, in the form that was asked for.</summary>
internal static class CheckResult
{
    /// <param name="failOn">From which risk on the exit code says so; <see cref="RiskLevel.None"/> for never.</param>
    public static CommandResult Of(CheckReport report, RiskLevel failOn, string format)
    {
        var fails = failOn != RiskLevel.None && report.OpenRisk >= failOn;
        var text = format switch
        {
            "github" => GithubAnnotations.Of(report),
            "sarif" => JsonSerializer.Serialize(SarifLog.Of(report), Documents.Json.SarifLog) + "\n",
            _ => CheckText.Of(report),
        };
        return CommandResult.Of(
            CheckDocument.Of(report),
            Documents.Json.CheckDocument,
            text,
            fails ? ExitCodes.NotSound : ExitCodes.Done
        );
    }
}
