using System.Globalization;
using System.Text.RegularExpressions;

namespace Surety.ServerTests.Health;

/// <summary>Reads the text format 0.0.4 as strictly as its description allows; anything else throws.</summary>
internal sealed partial class PrometheusReader
{
    private readonly Dictionary<string, double> samples = [];

    public Dictionary<string, string> Types { get; } = [];

    public static PrometheusReader Read(string text)
    {
        text.ShouldEndWith("\n");
        var reader = new PrometheusReader();
        foreach (var line in text[..^1].Split('\n'))
        {
            reader.Take(line);
        }

        return reader;
    }

    public double Value(string name, params (string Name, string Value)[] labels) =>
        samples[KeyOf(name, labels.Select(label => (label.Name, label.Value)))];

    private void Take(string line)
    {
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            HelpLine().IsMatch(line).ShouldBeTrue(line);
            return;
        }

        if (TypeLine().Match(line) is { Success: true } type)
        {
            Types.TryAdd(type.Groups["name"].Value, type.Groups["type"].Value).ShouldBeTrue($"twice: {line}");
            return;
        }

        var sample = SampleLine().Match(line);
        sample.Success.ShouldBeTrue(line);
        var name = sample.Groups["name"].Value;
        (Types.ContainsKey(name) || Types.ContainsKey(Suffix().Replace(name, ""))).ShouldBeTrue($"no TYPE: {line}");
        var labels = Label()
            .Matches(sample.Groups["labels"].Value)
            .Select(label => (label.Groups["name"].Value, Unescaped(label.Groups["value"].Value)));
        var number = sample.Groups["value"].Value;
        var value = number == "+Inf" ? double.PositiveInfinity : double.Parse(number, CultureInfo.InvariantCulture);
        samples.TryAdd(KeyOf(name, labels), value).ShouldBeTrue($"twice: {line}");
    }

    private static string KeyOf(string name, IEnumerable<(string Name, string Value)> labels) =>
        $"{name}{{{string.Join(',', labels.OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}"))}}}";

    private static string Unescaped(string value) =>
        Escape().Replace(value, match => match.Groups[1].Value == "n" ? "\n" : match.Groups[1].Value);

    [GeneratedRegex(@"^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* \S.*$")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram|summary|untyped)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*")*)\})? (?<value>[-+]?[0-9.]+(E[-+]?[0-9]+)?|\+Inf|NaN)$"""
    )]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\\n]|\\["\\n])*)"(,|$)""")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
