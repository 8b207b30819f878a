using Surety.Repository.Errors;
using YamlDotNet.RepresentationModel;

namespace Surety.Core.Configuration;

/// <summary>A value of the configuration file that knows where it stands, so that every complaint about it says so.</summary>
internal sealed class ConfigurationNode(string file, string key, YamlNode node)
{
    public ConfigurationPlace Place { get; } = new(file, node.Start.Line, key);

    public bool IsText => node is YamlScalarNode;

    /// <summary>The node as a text.</summary>
    public ConfigurationValue Text() =>
        node is YamlScalarNode scalar
            ? new ConfigurationValue(Place, scalar.Value ?? "")
            : throw Place.Error($"{key} has to be a text", null);

    /// <summary>The items of a list.</summary>
    public IEnumerable<ConfigurationNode> Items() =>
        node is YamlSequenceNode list
            ? list.Children.Select((item, i) => new ConfigurationNode(file, $"{key}[{i + 1}]", item))
            : throw Place.Error($"{key} has to be a list", "write each item on a line that begins with '- '");

    /// <summary>The entries of a mapping; with <paramref name="known"/>, only those keys are allowed.</summary>
    public Dictionary<string, ConfigurationNode> Entries(string[]? known)
    {
        if (node is not YamlMappingNode mapping)
        {
            var what = key.Length == 0 ? "the document" : key;
            throw Place.Error($"{what} has to be a mapping of names to values", "write it as 'name: value'");
        }

        var entries = new Dictionary<string, ConfigurationNode>();
        foreach (var (keyNode, value) in mapping.Children)
        {
            var name = (keyNode as YamlScalarNode)?.Value ?? "";
            var full = key.Length == 0 ? name : $"{key}.{name}";
            if (known is not null && !known.Contains(name))
            {
                throw UnknownKey(new ConfigurationPlace(file, keyNode.Start.Line, full), name, known);
            }

            entries[name] = new ConfigurationNode(file, full, value);
        }

        return entries;
    }

    private static SuretyException UnknownKey(ConfigurationPlace place, string name, string[] known)
    {
        var nearest = Spelling.Nearest(name, known);
        return place.Error(
            $"unknown key '{place.Key}'",
            nearest is null ? $"known here: {string.Join(", ", known)}" : $"did you mean '{nearest}'?"
        );
    }
}
