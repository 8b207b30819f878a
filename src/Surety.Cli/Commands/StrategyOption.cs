using System.CommandLine;
using System.CommandLine.Parsing;
using Surety.Core.Rollback;

namespace Surety.Cli.Commands;

/// <summary><c>--strategy</c>: how a rollback is done. Its value is null where Surety is to choose.</summary>
internal static class StrategyOption
{
    private const string Auto = "auto";

    private static readonly IReadOnlyDictionary<string, RollbackStrategy?> Strategies = new Dictionary<
        string,
        RollbackStrategy?
    >
    {
        [Auto] = null,
        ["rewind"] = RollbackStrategy.Rewind,
        ["swap"] = RollbackStrategy.Swap,
        ["replace"] = RollbackStrategy.Replace,
    };

    public static Option<RollbackStrategy?> Create() =>
        new("--strategy")
        {
            Description = "How it is done; 'auto' chooses and says why",
            HelpName = string.Join('|', Strategies.Keys),
            CustomParser = Parse,
        };

    private static RollbackStrategy? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (!Strategies.TryGetValue(text, out var strategy))
        {
            argument.AddError($"--strategy takes {string.Join(", ", Strategies.Keys)}, not '{text}'");
        }

        return strategy;
    }
}
