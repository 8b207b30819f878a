using System.Globalization;
using Surety.Repository.Retention;
using Fields = System.Collections.Generic.Dictionary<string, Surety.Core.Configuration.ConfigurationNode>;

namespace Surety.Core.Configuration;

/// <summary>The entries of a section, read as what they have to be; null where one is not there.</summary>
internal static class ConfigurationFields
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);

    public static ConfigurationValue? Text(this Fields fields, string key) => fields.GetValueOrDefault(key)?.Text();

    /// <summary>One text, or a list of them; empty where there is none.</summary>
    public static IReadOnlyList<ConfigurationValue> Texts(this Fields fields, string key) =>
        fields.GetValueOrDefault(key) switch
        {
            null => [],
            { IsText: true } node => [node.Text()],
            var node => [.. node.Items().Select(item => item.Text())],
        };

    /// <summary>A whole number from 1.</summary>
    public static int? Number(this Fields fields, string key)
    {
        if (fields.Text(key) is not { } value)
        {
            return null;
        }

        return
            int.TryParse(value.Written, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw value.Place.Error($"{value.Place.Key} has to be a number from 1", "leave it out for no such rule");
    }

    /// <summary>A percentage, as a share from 0 to 1.</summary>
    public static double? Percent(this Fields fields, string key, string example) =>
        fields.Text(key) is not { } value
            ? null
            : TryParsePercent(value.Written)
                ?? throw value.Place.Error($"{value.Place.Key} has to be a percentage", $"write it as {example}");

    /// <summary>A whole number from 1 to 100 and <c>%</c>, as a share; or null.</summary>
    public static double? TryParsePercent(string text) =>
        text.EndsWith('%')
        && int.TryParse(
            text.AsSpan(0, text.Length - 1),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
        && number is > 0 and <= 100
            ? number / 100.0
            : null;

    /// <summary>A time span as <see cref="DurationText"/> reads it.</summary>
    /// <param name="fields">The section.</param>
    /// <param name="key">The entry.</param>
    /// <param name="example">How one is written, for the hint: <c>30d or 36h</c>.</param>
    public static TimeSpan? Duration(this Fields fields, string key, string example)
    {
        if (fields.Text(key) is not { } value)
        {
            return null;
        }

        return DurationText.TryParse(value.Written, out var duration)
            ? duration
            : throw value.Place.Error($"{value.Place.Key} has to be a duration", $"write it as {example}");
    }

    /// <summary>As <see cref="Duration"/>, and longer than nothing.</summary>
    public static TimeSpan? LastingDuration(this Fields fields, string key, string example) =>
        fields.Duration(key, example) is { } duration && duration == TimeSpan.Zero
            ? throw fields[key].Place.Error($"{fields[key].Place.Key} has to be a duration", $"write it as {example}")
            : fields.Duration(key, example);

    /// <summary>As <see cref="Duration"/>, for what a timer waits: those of .NET count no further than 49 days.</summary>
    public static TimeSpan? TimerDuration(this Fields fields, string key, string example) =>
        fields.Duration(key, example) is { } duration && duration > LongestTimer
            ? throw fields[key]
                .Place.Error(
                    $"{fields[key].Place.Key} is longer than {DurationText.Of(LongestTimer)}",
                    $"write it as {example}"
                )
            : fields.Duration(key, example);

    /// <summary>As <see cref="TimerDuration"/>, and longer than nothing.</summary>
    public static TimeSpan? LastingTimerDuration(this Fields fields, string key, string example) =>
        fields.LastingDuration(key, example) is null ? null : fields.TimerDuration(key, example);

    /// <summary>One of the words of an enumeration, in lower case.</summary>
    public static T? Word<T>(this Fields fields, string key)
        where T : struct, Enum
    {
        if (fields.Text(key) is not { } value)
        {
            return null;
        }

        var words = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToArray();
        var index = Array.IndexOf(words, value.Written);
        return index >= 0
            ? Enum.GetValues<T>()[index]
            : throw value.Place.Error(
                $"{value.Place.Key} cannot be '{value.Written}'",
                $"it is {string.Join(", ", words)}"
            );
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static bool? Switch(this Fields fields, string key) =>
        fields.Text(key) is not { } value ? null
        : bool.TryParse(value.Written, out var isOn) ? isOn
        : throw value.Place.Error($"{value.Place.Key} is neither true nor false", "write true or false");

    /// <summary>The address of something on the web, expanded. Complaints do not quote it: it may be a secret.</summary>
    public static Uri ExpandWebAddress(this ConfigurationValue value, SettingsSources sources) =>
        Uri.TryCreate(value.Expand(sources.Environment), UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? url
            : throw value.Place.Error($"{value.Place.Key} is no web address", "write it as https://HOST/PATH");
}
