using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Surety.Repository.Retention;

namespace Surety.Cli.Commands;

/// <summary><c>--since</c>: a time, or how long ago that was.</summary>
internal static class SinceOption
{
    /// <summary>Its value is null where the option is not given.</summary>
    public static Option<Since?> Create() =>
        new("--since")
        {
            Description = "What began since then: 7d, 2h, 2026-11-20, or 2026-11-20T17:14:49Z",
            HelpName = "DURATION|TIME",
            CustomParser = Parse,
        };

    private static Since? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (DurationText.TryParse(text, out var ago))
        {
            return new Since(null, ago);
        }

        if (
            char.IsAsciiDigit(text.FirstOrDefault())
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        )
        {
            return new Since(time, default);
        }

        argument.AddError($"'{text}' is no time for --since: write 90d, 2026-11-20, or 2026-11-20T17:14:49Z");
        return null;
    }
}

/// <summary>A time, or one a while before now.</summary>
/// <param name="Time">In UTC unless it was given with an offset; null where <paramref name="Ago"/> counts.</param>
/// <param name="Ago">How long before now.</param>
internal sealed record Since(DateTimeOffset? Time, TimeSpan Ago)
{
    public DateTimeOffset Before(DateTimeOffset now) => Time ?? now - Ago;
}
