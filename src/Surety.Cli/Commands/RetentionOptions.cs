using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Surety.Repository.Retention;

namespace Surety.Cli.Commands;

/// <summary>The rules of retention on the command line.</summary>
internal sealed class RetentionOptions
{
    private readonly Option<int?> last = Number("--keep-last", "Keep the newest N backups");
    private readonly Option<TimeSpan?> within = DurationOption.CreateOfAges(
        "--keep-within",
        "Keep what is no older than that, counted back from the newest backup"
    );
    private readonly Option<int?> hourly = Number(
        "--keep-hourly",
        "Keep the newest of each of the last N hours with one"
    );
    private readonly Option<int?> daily = Number("--keep-daily", "As hourly, of days (UTC)");
    private readonly Option<int?> weekly = Number("--keep-weekly", "As hourly, of weeks (ISO 8601)");
    private readonly Option<int?> monthly = Number("--keep-monthly", "As hourly, of months");
    private readonly Option<int?> yearly = Number("--keep-yearly", "As hourly, of years");
    private readonly Option<IReadOnlyList<KeyValuePair<string, string>>> tags = new("--keep-tag")
    {
        Description = "Keep what has this tag; may be repeated",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseTags,
        DefaultValueFactory = _ => [],
    };

    public IEnumerable<Option> All => [last, within, hourly, daily, weekly, monthly, yearly, tags];

    /// <summary>Empty where none was given.</summary>
    public RetentionRules Read(ParseResult arguments) =>
        new()
        {
            Last = arguments.GetValue(last),
            Within = arguments.GetValue(within),
            Hourly = arguments.GetValue(hourly),
            Daily = arguments.GetValue(daily),
            Weekly = arguments.GetValue(weekly),
            Monthly = arguments.GetValue(monthly),
            Yearly = arguments.GetValue(yearly),
            Tags = arguments.GetValue(tags) ?? [],
        };

    private static Option<int?> Number(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = argument => ParseNumber(name, argument),
        };

    private static int? ParseNumber(string name, ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            return number;
        }

        argument.AddError($"{name} takes a number from 1");
        return null;
    }

    private static List<KeyValuePair<string, string>> ParseTags(ArgumentResult argument)
    {
        var parsed = new List<KeyValuePair<string, string>>();
        foreach (var text in argument.Tokens.Select(token => token.Value))
        {
            if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
            {
                parsed.Add(new(text[..at], text[(at + 1)..]));
            }
            else
            {
                argument.AddError($"'{text}' is not a tag: write it as key=value");
            }
        }

        return parsed;
    }
}
