using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using Fields = System.Collections.Generic.Dictionary<string, Surety.Core.Configuration.ConfigurationNode>;

namespace Surety.Core.Configuration;

/// <summary>
/// Reads <c>surety.yaml</c>. Strict: a key that this version does not know is refused, because a setting that is
/// silently ignored is found out on the day the backup is needed.
/// </summary>
internal sealed class ConfigurationReader
{
    private static readonly string[] RootKeys =
    [
        "databases",
        "repositories",
        "retention",
        "migrations",
        "check",
        "server",
        "alerts",
    ];
    private static readonly string[] DatabaseKeys =
    [
        "url",
        "repository",
        "drill",
        "retention",
        "migrations",
        "check",
        "targets",
        "schedule",
        "after-backup",
    ];
    private static readonly string[] DrillKeys = ["assertions"];
    private static readonly string[] AssertionKeys = ["name", "sql", "expect"];
    private static readonly string[] RepositoryKeys = ["path", "s3", .. S3Section.Keys, .. KeySectionReader.Keys];

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

        var sections = new ConfigurationNode(file, "", root).Entries(RootKeys);
        return new ConfigurationFile(
            path,
            Named(sections, "databases", DatabaseKeys, ReadDatabase),
            Named(sections, "repositories", RepositoryKeys, ReadRepository),
            RetentionReader.Read(sections.GetValueOrDefault("retention")),
            MigrationSection.Read(sections.GetValueOrDefault("migrations"))
        )
        {
            Check = CheckSection.Read(sections.GetValueOrDefault("check")),
            Server = ServerSection.Read(sections.GetValueOrDefault("server")),
            Alerts = AlertSection.Read(sections.GetValueOrDefault("alerts")),
        };
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
            _ => throw new ConfigurationNode(file, "", yaml.Documents[1].RootNode).Place.Error(
                "a second YAML document starts here",
                "keep one"
            ),
        };
    }

    private static DatabaseSection ReadDatabase(string name, ConfigurationPlace place, Fields fields) =>
        new(
            name,
            fields.GetValueOrDefault("url")?.Text()
                ?? throw place.Error($"{place.Key} has no url", "add one, for example: url: ${DATABASE_URL}"),
            fields.GetValueOrDefault("repository")?.Text(),
            fields.TryGetValue("drill", out var drill) ? ReadAssertions(drill) : [],
            RetentionReader.Read(fields.GetValueOrDefault("retention")),
            MigrationSection.Read(fields.GetValueOrDefault("migrations"))
        )
        {
            Check = CheckSection.Read(fields.GetValueOrDefault("check")),
            Targets = TargetSection.Read(fields.GetValueOrDefault("targets")) ?? new TargetSection(),
            Schedule = ScheduleSection.Read(fields.GetValueOrDefault("schedule")),
            AfterBackup =
                AfterBackupSection.Read(fields.GetValueOrDefault("after-backup")) ?? AfterBackupSection.Standard,
        };

    private static RepositorySection ReadRepository(string name, ConfigurationPlace place, Fields fields)
    {
        var path = fields.GetValueOrDefault("path")?.Text();
        var s3 = S3Section.Read(fields);
        return (path, s3) switch
        {
            (null, null) => throw place.Error(
                $"{place.Key} has neither a path nor an s3 address",
                "add one, for example: path: /var/backups/surety, or: s3: s3://bucket/prefix"
            ),
            (not null, not null) => throw place.Error(
                $"{place.Key} has both a path and an s3 address",
                "keep one: a repository is in one place"
            ),
            _ => new RepositorySection(name, path, s3, KeySectionReader.Read(place, fields)),
        };
    }

    private static IReadOnlyList<AssertionSection> ReadAssertions(ConfigurationNode drill) =>
        drill.Entries(DrillKeys).TryGetValue("assertions", out var list) ? [.. list.Items().Select(ReadAssertion)] : [];

    private static AssertionSection ReadAssertion(ConfigurationNode node)
    {
        if (node.IsText)
        {
            return new AssertionSection(null, node.Text(), null);
        }

        var fields = node.Entries(AssertionKeys);
        return new AssertionSection(
            fields.GetValueOrDefault("name")?.Text(),
            fields.GetValueOrDefault("sql")?.Text()
                ?? throw node.Place.Error(
                    $"{node.Place.Key} has no sql",
                    "add a query with one value, for example: sql: SELECT count(*) > 0 FROM orders"
                ),
            fields.GetValueOrDefault("expect")?.Text()
        );
    }

    private static Dictionary<string, T> Named<T>(
        Fields sections,
        string section,
        string[] keys,
        Func<string, ConfigurationPlace, Fields, T> read
    ) =>
        sections.TryGetValue(section, out var node)
            ? node.Entries(known: null)
                .ToDictionary(
                    entry => entry.Key,
                    entry => read(entry.Key, entry.Value.Place, entry.Value.Entries(keys))
                )
            : [];
}
