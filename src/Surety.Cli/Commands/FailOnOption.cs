using System.CommandLine;
using Surety.Core.Migrations.Rules;

namespace Surety.Cli.Commands;

/// <summary><c>--fail-on</c>: from which risk on a command that rates migrations ends with exit code 3.</summary>
internal static class FailOnOption
{
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--fail-on")
        {
            Description = "From which risk on the exit code is 3: low, medium, high (the default); none for never",
            HelpName = "LEVEL",
        };
        option.AcceptOnlyFromAmong("none", "low", "medium", "high");
        return option;
    }

    /// <param name="option">The option.</param>
    /// <param name="arguments">What was given.</param>
    /// <param name="configured">What holds where the option was left out.</param>
    public static RiskLevel LimitOf(Option<string?> option, ParseResult arguments, RiskLevel? configured = null) =>
        arguments.GetValue(option) is { } level
            ? Enum.Parse<RiskLevel>(level, ignoreCase: true)
            : configured ?? RiskLevel.High;
}
