using System.Globalization;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Rules;
using Surety.Repository.Errors;

namespace Surety.Core.Configuration;

/// <summary>What <c>check</c> in <c>surety.yaml</c> says; null is not said.</summary>
public sealed record CheckSection(RiskLevel? FailOn = null, int? Postgres = null)
{
    private static readonly string[] Keys = ["fail-on", "postgres", "ignore"];
    private static readonly string[] IgnoreKeys = ["rule", "reason"];

    /// <summary>The rules that nobody here wants to hear of, by name, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> Ignored { get; init; } = new Dictionary<string, string>();

    /// <summary>This, and where it says nothing the other. What either ignores is ignored.</summary>
    public CheckSection Or(CheckSection? other) =>
        other is null
            ? this
            : new(FailOn ?? other.FailOn, Postgres ?? other.Postgres)
            {
                Ignored = Ignored
                    .Concat(other.Ignored.Where(rule => !Ignored.ContainsKey(rule.Key)))
                    .ToDictionary(rule => rule.Key, rule => rule.Value),
            };

    /// <summary>Null where the section is not there.</summary>
    internal static CheckSection? Read(ConfigurationNode? node)
    {
        if (node is null)
        {
            return null;
        }

        var fields = node.Entries(Keys);
        var ignored = new Dictionary<string, string>();
        foreach (var item in fields.GetValueOrDefault("ignore")?.Items() ?? [])
        {
            var (rule, reason) = ReadIgnored(item);
            if (!ignored.TryAdd(rule, reason))
            {
                throw item.Place.Error($"{item.Place.Key} ignores {rule}, which is ignored above", "keep one of them");
            }
        }

        return new CheckSection(fields.Word<RiskLevel>("fail-on"), ReadVersion(fields.Text("postgres")))
        {
            Ignored = ignored,
        };
    }

    private static (string Rule, string Reason) ReadIgnored(ConfigurationNode item)
    {
        // A bare name is what one writes first, and the complaint about it should be the reason that is missing.
        var fields = item.IsText ? [] : item.Entries(IgnoreKeys);
        var name = item.IsText ? item.Text() : fields.Text("rule");
        if (name is null)
        {
            throw item.Place.Error($"{item.Place.Key} has no rule", "docs/check.md lists the rules");
        }

        var rule = RuleBook.Find(name.Written)?.Name ?? throw UnknownRule(name);
        return fields.Text("reason") is { Written: var reason } && !string.IsNullOrWhiteSpace(reason)
            ? (rule, reason.Trim())
            : throw item.Place.Error(
                $"{item.Place.Key} ignores {rule} without a reason",
                $"write it as: - {{ rule: {rule}, reason: why nobody here needs it }}"
            );
    }

    private static SuretyException UnknownRule(ConfigurationValue name) =>
        name.Place.Error(
            $"{name.Place.Key}: there is no rule '{name.Written}'",
            Spelling.Nearest(name.Written, RuleBook.All.Select(r => r.Name)) is { } nearest
                ? $"did you mean '{nearest}'?"
                : "docs/check.md lists the rules"
        );

    private static int? ReadVersion(ConfigurationValue? value)
    {
        if (value is null)
        {
            return null;
        }

        return
            int.TryParse(value.Written, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && CheckOptions.IsVersion(version)
            ? version
            : throw value.Place.Error(
                $"{value.Place.Key} has to be a major version of PostgreSQL from {CheckOptions.OldestVersion} on",
                $"write it as {CheckOptions.NewestVersion}; leave it out for the newest"
            );
    }
}
