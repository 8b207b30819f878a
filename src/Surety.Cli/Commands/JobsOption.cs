using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Surety.Cli.Commands;

/// <summary><c>--jobs N</c>: how much is done at once.</summary>
internal static class JobsOption
{
    private const int Most = 64;

    /// <summary>More sessions than this rarely help and always weigh on the server.</summary>
    public static int Standard => Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Its value is null where the option is not given.</summary>
    public static Option<int?> Create(string description) =>
        new("--jobs")
        {
            Description = description,
            HelpName = "N",
            CustomParser = Parse,
        };

    private static int? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var jobs)
            && jobs is >= 1 and <= Most
        )
        {
            return jobs;
        }

        argument.AddError($"--jobs takes a number from 1 to {Most}");
        return null;
    }
}
