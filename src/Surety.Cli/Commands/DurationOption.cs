using System.CommandLine;
using System.CommandLine.Parsing;
using Surety.Repository.Retention;

namespace Surety.Cli.Commands;

/// <summary>An option whose value is a time span such as <c>90s</c>.</summary>
internal static class DurationOption
{
    /// <summary>More than the timers of .NET can count is surely a slip.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Its value is null where the option is not given.</summary>
    public static Option<TimeSpan?> Create(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "DURATION",
            CustomParser = argument => Parse(name, argument),
        };

    /// <summary>As the other, of how long ago something was: longer than a timer counts, and not 0.</summary>
    public static Option<TimeSpan?> CreateOfAges(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "DURATION",
            CustomParser = argument => ParseAge(name, argument),
        };

    private static TimeSpan Parse(string name, ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (!DurationText.TryParse(text, out var duration) || duration > Longest)
        {
            argument.AddError($"'{text}' is not a duration for {name}: write 90s, 30m, 2h or 0, at most 30d");
        }

        return duration;
    }

    private static TimeSpan? ParseAge(string name, ArgumentResult argument)
    {
        if (DurationText.TryParse(argument.Tokens.Single().Value, out var age) && age > TimeSpan.Zero)
        {
            return age;
        }

        argument.AddError($"{name} takes a duration: 30d or 36h");
        return null;
    }
}
