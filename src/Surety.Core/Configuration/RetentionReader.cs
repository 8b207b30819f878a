using System.Globalization;
using Surety.Repository.Retention;
using Fields = System.Collections.Generic.Dictionary<string, Surety.Core.Configuration.ConfigurationNode>;

namespace Surety.Core.Configuration;

/// <summary>Reads the rules of <c>retention</c>, which are spelled as the options of <c>prune</c>.</summary>
internal static class RetentionReader
{
    private static readonly string[] Keys =
    [
        "keep-last",
        "keep-within",
        "keep-hourly",
        "keep-daily",
        "keep-weekly",
        "keep-monthly",
        "keep-yearly",
        "keep-tag",
    ];

    /// <summary>Null where the section is not there; rules that keep everything where it is empty.</summary>
    public static RetentionRules? Read(ConfigurationNode? node)
    {
        if (node is null)
        {
            return null;
        }

        var fields = node.Entries(Keys);
        return new RetentionRules
        {
            Last = Number(fields, "keep-last"),
            Within = Duration(fields, "keep-within"),
            Hourly = Number(fields, "keep-hourly"),
            Daily = Number(fields, "keep-daily"),
            Weekly = Number(fields, "keep-weekly"),
            Monthly = Number(fields, "keep-monthly"),
            Yearly = Number(fields, "keep-yearly"),
            Tags = fields.TryGetValue("keep-tag", out var tags) ? [.. Texts(tags).Select(Tag)] : [],
        };
    }

    private static int? Number(Fields fields, string key)
    {
        if (fields.GetValueOrDefault(key)?.Text() is not { } value)
        {
            return null;
        }

        return
            int.TryParse(value.Written, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw value.Place.Error($"{value.Place.Key} has to be a number from 1", "leave it out for no such rule");
    }

    private static TimeSpan? Duration(Fields fields, string key)
    {
        if (fields.GetValueOrDefault(key)?.Text() is not { } value)
        {
            return null;
        }

        return DurationText.TryParse(value.Written, out var duration) && duration > TimeSpan.Zero
            ? duration
            : throw value.Place.Error($"{value.Place.Key} has to be a duration", "write it as 30d or 36h");
    }

    private static IEnumerable<ConfigurationValue> Texts(ConfigurationNode node) =>
        node.IsText ? [node.Text()] : node.Items().Select(item => item.Text());

    private static KeyValuePair<string, string> Tag(ConfigurationValue value) =>
        value.Written.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? new(value.Written[..at], value.Written[(at + 1)..])
            : throw value.Place.Error($"{value.Place.Key} has to be a tag", "write it as key=value");
}
