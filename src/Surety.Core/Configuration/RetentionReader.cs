using Surety.Repository.Retention;

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
            Last = fields.Number("keep-last"),
            Within = fields.LastingDuration("keep-within", "30d or 36h"),
            Hourly = fields.Number("keep-hourly"),
            Daily = fields.Number("keep-daily"),
            Weekly = fields.Number("keep-weekly"),
            Monthly = fields.Number("keep-monthly"),
            Yearly = fields.Number("keep-yearly"),
            Tags = [.. fields.Texts("keep-tag").Select(Tag)],
        };
    }

    private static KeyValuePair<string, string> Tag(ConfigurationValue value) =>
        value.Written.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? new(value.Written[..at], value.Written[(at + 1)..])
            : throw value.Place.Error($"{value.Place.Key} has to be a tag", "write it as key=value");
}
