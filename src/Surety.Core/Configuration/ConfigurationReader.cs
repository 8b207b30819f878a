using Surety.Repository.Errors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Surety.Core.Configuration;

/// <summary>
/// Reads <c>surety.yaml</c>. Strict: a key that this version does not know is refused, because a setting that is
/// silently ignored is found out on the day the backup is needed.
/// </summary>
internal sealed class ConfigurationReader
{
    private static readonly string[] RootKeys = ["databases", "repositories"];
    private static readonly string[] DatabaseKeys = ["url", "repository"];
    private static readonly string[] RepositoryKeys = ["path"];

    private readonly string file;

    private ConfigurationReader(string file) => this.file = file;

    /// <param name="path">Full path of the file, which exists.</param>
    /// <exception cref="SuretyException"><see cref="ErrorCode.InvalidConfiguration"/>, with file and line.</exception>
    public static ConfigurationFile Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SuretyException(
                ErrorCode.InvalidConfiguration,
                $"{path} cannot be read; nothing was done",
                "check that it is a file and that you may read it",
                exception
            );
        }

        return new ConfigurationReader(Path.GetFileName(path)).Parse(path, text);
    }

    private ConfigurationFile Parse(string path, string text)
    {
        var root = Load(text);
        if (root is null)
        {
            return new ConfigurationFile(
                path,
                new Dictionary<string, DatabaseSection>(),
                new Dictionary<string, RepositorySection>()
            );
        }

        var sections = Entries(root, "", RootKeys);
        return new ConfigurationFile(
            path,
            Named(sections, "databases", DatabaseKeys, ReadDatabase),
            Named(sections, "repositories", RepositoryKeys, ReadRepository)
        );
    }

    private YamlNode? Load(string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (AnchorNotFoundException)
        {
            // YamlDotNet does not say where.
            throw new SuretyException(
                ErrorCode.InvalidConfiguration,
                $"{file}: a value begins with * and is no alias; nothing was done",
                "put quotes around a text that begins with *"
            );
        }
        catch (YamlException exception)
        {
            // Without the parser's own words: they can quote a value, and a value can be a secret.
            throw new ConfigurationPlace(file, exception.Start.Line, "").Error(
                $"not valid YAML near column {exception.Start.Column}",
                "check indentation, colons, quotes and keys that occur twice"
            );
        }

        return yaml.Documents.Count switch
        {
            0 => null,
            1 => yaml.Documents[0].RootNode,
            _ => throw Place(yaml.Documents[1].RootNode, "").Error("a second YAML document starts here", "keep one"),
        };
    }

    private static DatabaseSection ReadDatabase(ConfigurationPlace place, string name, Fields fields) =>
        new(
            name,
            fields.GetValueOrDefault("url")
                ?? throw place.Error($"{place.Key} has no url", "add one, for example: url: ${DATABASE_URL}"),
            fields.GetValueOrDefault("repository")
        );

    private static RepositorySection ReadRepository(ConfigurationPlace place, string name, Fields fields) =>
        new(
            name,
            fields.GetValueOrDefault("path")
                ?? throw place.Error($"{place.Key} has no path", "add one, for example: path: /var/backups/surety")
        );

    private Dictionary<string, T> Named<T>(
        Dictionary<string, YamlNode> sections,
        string section,
        string[] keys,
        Func<ConfigurationPlace, string, Fields, T> read
    )
    {
        if (!sections.TryGetValue(section, out var node))
        {
            return [];
        }

        return Entries(node, section, known: null)
            .ToDictionary(
                entry => entry.Key,
                entry =>
                {
                    var key = $"{section}.{entry.Key}";
                    return read(Place(entry.Value, key), entry.Key, ReadFields(entry.Value, key, keys));
                }
            );
    }

    private Fields ReadFields(YamlNode node, string key, string[] known)
    {
        var fields = new Fields();
        foreach (var (name, value) in Entries(node, key, known))
        {
            var place = Place(value, $"{key}.{name}");
            fields[name] = value is YamlScalarNode scalar
                ? new ConfigurationValue(place, scalar.Value ?? "")
                : throw place.Error($"{place.Key} has to be a text", null);
        }

        return fields;
    }

    /// <summary>The entries of a mapping; with <paramref name="known"/>, only those keys are allowed.</summary>
    private Dictionary<string, YamlNode> Entries(YamlNode node, string key, string[]? known)
    {
        if (node is not YamlMappingNode mapping)
        {
            var what = key.Length == 0 ? "the document" : key;
            throw Place(node, key).Error($"{what} has to be a mapping of names to values", "write it as 'name: value'");
        }

        var entries = new Dictionary<string, YamlNode>();
        foreach (var (keyNode, value) in mapping.Children)
        {
            var name = (keyNode as YamlScalarNode)?.Value ?? "";
            if (known is not null && !known.Contains(name))
            {
                throw UnknownKey(keyNode, key.Length == 0 ? name : $"{key}.{name}", name, known);
            }

            entries[name] = value;
        }

        return entries;
    }

    private SuretyException UnknownKey(YamlNode node, string key, string name, string[] known)
    {
        var nearest = Spelling.Nearest(name, known);
        return Place(node, key)
            .Error(
                $"unknown key '{key}'",
                nearest is null ? $"known here: {string.Join(", ", known)}" : $"did you mean '{nearest}'?"
            );
    }

    private ConfigurationPlace Place(YamlNode node, string key) => new(file, node.Start.Line, key);

    private sealed class Fields : Dictionary<string, ConfigurationValue>;
}
