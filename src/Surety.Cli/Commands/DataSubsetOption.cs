using System.CommandLine;
using System.CommandLine.Parsing;
using Surety.Repository.Verify;

namespace Surety.Cli.Commands;

/// <summary><c>--read-data-subset</c>: a part of the data.</summary>
internal static class DataSubsetOption
{
    /// <summary>Its value is null where the option is not given.</summary>
    public static Option<DataSubset?> Create() =>
        new("--read-data-subset")
        {
            Description =
                "Read only a part: 10% or 50G of what was not read for the longest time, or the fixed part 2/7",
            HelpName = "P%|SIZE|N/M",
            CustomParser = Parse,
        };

    private static DataSubset? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        var parsed = DataSubset.TryParse(text);
        if (parsed is null)
        {
            argument.AddError(
                $"'{text}' is no part of the data for --read-data-subset: write 10%, 50G, or 2/7 (of 256 parts at most)"
            );
        }

        return parsed;
    }
}
