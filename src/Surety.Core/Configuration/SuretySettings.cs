using Surety.Core.Configuration.Serving;
using Surety.Core.Drill;
using Surety.Repository.Errors;
using Surety.Repository.Retention;
using Surety.Repository.Storage;

namespace Surety.Core.Configuration;

/// <summary>
/// Which database and which repository are meant. Each is worked out when a command asks for it, so that a command
/// which needs no database never fails for want of one.
/// </summary>
public sealed class SuretySettings
{
    private const string DefaultFile = "surety.yaml";

    private readonly SettingsSources sources;
    private readonly ConfigurationFile? file;

    private SuretySettings(SettingsSources sources, ConfigurationFile? file) =>
        (this.sources, this.file) = (sources, file);

    /// <summary>Reads the configuration file, if there is one.</summary>
    /// <exception cref="SuretyException">
    /// <see cref="ErrorCode.InvalidConfiguration"/>: the file was named and is missing, or something in it is wrong.
    /// </exception>
    public static SuretySettings Load(SettingsSources sources)
    {
        var named = sources.ConfigurationFile ?? sources.Variable("SURETY_CONFIG");
        var path = Path.GetFullPath(named ?? DefaultFile, sources.WorkingDirectory);
        if (File.Exists(path))
        {
            return new SuretySettings(sources, ConfigurationReader.Read(path));
        }

        return named is null
            ? new SuretySettings(sources, null)
            : throw Error($"the configuration file {named} does not exist", "check --config and SURETY_CONFIG");
    }

    /// <summary>Full path of the configuration file, or null where there is none.</summary>
    public string? FilePath => file?.Path;

    /// <summary>The environment, for what is not a setting of Surety: the PG* variables.</summary>
    public IReadOnlyDictionary<string, string?> Environment => sources.Environment;

    /// <summary>
    /// The database of <c>--db</c>, <c>SURETY_DB</c> or <c>DATABASE_URL</c>, else the only one of the configuration
    /// file, else what the PG* variables say.
    /// </summary>
    public DatabaseSetting FindDatabase()
    {
        if (GivenDatabase is { } given)
        {
            return Section(given) is { } section ? FromFile(section) : new DatabaseSetting(null, Unnamed(given));
        }

        return file?.Databases.Count switch
        {
            null or 0 => new DatabaseSetting(null, null),
            1 => FromFile(file.Databases.Values.Single()),
            _ => throw Error(
                $"{file.FileName} names {file.Databases.Count} databases and none was chosen",
                $"choose one: --db {string.Join(", --db ", file.Databases.Keys)}"
            ),
        };
    }

    /// <summary>As <see cref="FindDatabase"/>, but null where none was named: for choosing among backups.</summary>
    public DatabaseSetting? FindDatabaseIfNamed() =>
        GivenDatabase is not null || file?.Databases.Count == 1 ? FindDatabase() : null;

    /// <summary>
    /// True where the command line itself names the database. What needs none looks at one only then: that a variable is set
    /// says what other commands are meant for.
    /// </summary>
    public bool AsksForDatabase => sources.Database is not null;

    /// <summary>
    /// The repository of <c>--repo</c>, else of the database that <c>--db</c> names, else <c>SURETY_REPOSITORY</c>,
    /// else what the configuration file says.
    /// </summary>
    public RepositorySetting FindRepository() =>
        FindRepositoryIfNamed()
        ?? throw Error("no repository was named", $"pass --repo, set SURETY_REPOSITORY, or name one in {DefaultFile}");

    /// <summary>As <see cref="FindRepository()"/>, but null where none was named: for what can do without.</summary>
    public RepositorySetting? FindRepositoryIfNamed()
    {
        if (sources.Repository is { } flag)
        {
            return FromText(flag);
        }

        if (sources.Database is { } database && Section(database)?.Repository is { } chosen)
        {
            return FromFile(chosen);
        }

        if (sources.Variable("SURETY_REPOSITORY") is { } variable)
        {
            return FromText(variable);
        }

        return RepositoryOfFile();
    }

    /// <summary>The repository that <paramref name="text"/> means: its name in the file, a path, or an s3:// address.</summary>
    public RepositorySetting FindRepository(string text) => FromText(text);

    /// <summary>
    /// What opens a repository: what its own section says, else <c>SURETY_PASSPHRASE</c>, <c>SURETY_PASSPHRASE_FILE</c> or
    /// <c>SURETY_KEY_FILE</c>; null where nothing was set.
    /// </summary>
    public KeySetting? FindKey(RepositorySetting repository) =>
        new KeyChoice(sources, file?.Folder).Choose(
            repository.Name is { } name ? file?.Repositories.GetValueOrDefault(name)?.Key : null
        );

    /// <summary>What is to open a repository from now on; null where nothing was set.</summary>
    public KeySetting? FindNewKey() => new KeyChoice(sources, file?.Folder).ChooseNew();

    /// <summary>What a drill of a backup checks on the copy.</summary>
    /// <param name="database">Name of the database that the backup is of.</param>
    public IReadOnlyList<DrillAssertion> FindDrillAssertions(string database) =>
        file is null
            ? []
            : new AssertionChoice(file, sources.Environment).Choose(
                GivenDatabase is { } given ? Section(given) : null,
                database
            );

    /// <summary>Which backups of a database are kept: rules that keep everything where nothing says otherwise.</summary>
    /// <param name="database">Name of the database that the backups are of.</param>
    public RetentionRules FindRetention(string database) =>
        file is null ? new RetentionRules() : new RetentionChoice(file, sources.Environment).Choose(database);

    /// <summary>How migrations are run on the database that is meant: what is not set for it is as for all.</summary>
    public MigrationSection FindMigrations() => (OwnSection?.Migrations ?? new MigrationSection()).Or(file?.Migrations);

    /// <summary>How migrations for the database that is meant are checked: what is not set for it is as for all.</summary>
    public CheckSection FindCheck() => (OwnSection?.Check ?? new CheckSection()).Or(file?.Check);

    /// <summary>The names under <c>databases</c>, in the order of the file.</summary>
    public IReadOnlyList<string> DatabaseNames => file is null ? [] : [.. file.Databases.Keys];

    /// <summary>The names under <c>repositories</c>, in the order of the file.</summary>
    public IReadOnlyList<string> RepositoryNames => file is null ? [] : [.. file.Repositories.Keys];

    /// <summary>These settings as <c>--db NAME</c> makes them, whatever the environment says.</summary>
    /// <param name="name">One of <see cref="DatabaseNames"/>.</param>
    public SuretySettings ForDatabase(string name) =>
        new(
            new SettingsSources
            {
                Database = name,
                ConfigurationFile = sources.ConfigurationFile,
                Environment = sources.Environment,
                WorkingDirectory = sources.WorkingDirectory,
            },
            file
        );

    /// <summary>What is promised of the database that is meant; nothing where the file does not name it.</summary>
    public TargetSection FindTargets() => OwnSection?.Targets ?? new TargetSection();

    /// <summary>As the other, of a database by the name on its server, as backups know it.</summary>
    /// <returns>The strictest where the file names several such.</returns>
    public TargetSection FindTargets(string database)
    {
        var own = file is null
            ? []
            : file
                .Databases.Values.Where(section =>
                    section.Targets != new TargetSection() && section.IsOf(database, sources.Environment)
                )
                .Select(section => section.Targets)
                .ToList();
        return new TargetSection(own.Min(target => target.Rpo), own.Min(target => target.Rto));
    }

    /// <summary>When a server backs the database up that is meant; null for never.</summary>
    public ScheduleSection? FindSchedule() => OwnSection?.Schedule;

    /// <summary>What follows a backup of the database that is meant.</summary>
    public AfterBackupSection FindAfterBackup() => OwnSection?.AfterBackup ?? AfterBackupSection.Standard;

    /// <summary>How <c>surety serve</c> runs.</summary>
    public ServerSetting FindServer() =>
        ServerSetting.Of(file?.Server ?? ServerSection.Read(null), sources, file?.Folder);

    /// <summary>Whom <c>surety serve</c> tells what is wrong.</summary>
    public AlertSetting FindAlerts() =>
        AlertSetting.Of(file?.Alerts ?? AlertSection.Read(null), sources, file?.Folder, DatabaseNames);

    private DatabaseSection? OwnSection =>
        GivenDatabase is { } given ? Section(given)
        : file?.Databases.Count == 1 ? file.Databases.Values.Single()
        : null;

    private string? GivenDatabase =>
        sources.Database ?? sources.Variable("SURETY_DB") ?? sources.Variable("DATABASE_URL");

    private DatabaseSection? Section(string name) => file?.Databases.GetValueOrDefault(name);

    private DatabaseSetting FromFile(DatabaseSection section) =>
        new(section.Name, section.Url.Expand(sources.Environment));

    /// <summary>
    /// A bare word is a database name, as with psql. Where a file names databases it is more likely a slip, which would
    /// reach for a database on whatever server PGHOST points to.
    /// </summary>
    private string Unnamed(string given)
    {
        if (
            file is null or { Databases.Count: 0 }
            || given.Contains("://", StringComparison.Ordinal)
            || given.Contains('=')
        )
        {
            return given;
        }

        var nearest = Spelling.Nearest(given, file.Databases.Keys);
        throw Error(
            $"{file.FileName} names no database '{given}'",
            nearest is null
                ? $"named there: {string.Join(", ", file.Databases.Keys)}; any other is written dbname={given} or as a URL"
                : $"did you mean '{nearest}'?"
        );
    }

    private RepositorySetting? RepositoryOfFile()
    {
        if (OwnSection?.Repository is { } value)
        {
            return FromFile(value);
        }

        return file?.Repositories.Count == 1 ? FromFile(file.Repositories.Values.Single()) : null;
    }

    private RepositorySetting FromText(string text) =>
        file?.Repositories.GetValueOrDefault(text) is { } section
            ? FromFile(section)
            : new RepositorySetting(null, Place(text, sources.WorkingDirectory));

    private RepositorySetting FromFile(RepositorySection section) =>
        new(
            section.Name,
            section.S3 is { } s3
                ? s3.ToPlace(sources, file!.Folder)
                : PathPlace(section.Path!.Expand(sources.Environment), file!.Folder)
        );

    /// <summary>In the file a bare word is a name, never a folder: a slip must not make a second repository.</summary>
    private RepositorySetting FromFile(ConfigurationValue value)
    {
        var text = value.Expand(sources.Environment);
        if (file!.Repositories.TryGetValue(text, out var section))
        {
            return FromFile(section);
        }

        if (text.Contains('/'))
        {
            return new RepositorySetting(null, Place(text, file.Folder));
        }

        var nearest = Spelling.Nearest(text, file.Repositories.Keys);
        throw value.Place.Error(
            $"no repository is named '{text}'",
            nearest is null ? $"name it under repositories, or write a path: ./{text}" : $"did you mean '{nearest}'?"
        );
    }

    private RepositoryPlace Place(string text, string from) =>
        S3Address.IsOne(text) ? S3Environment.Complete(S3Address.Parse(text, Error), sources) : PathPlace(text, from);

    private RepositoryPlace PathPlace(string path, string from)
    {
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0)
        {
            throw Error(
                $"a repository is a folder or an s3:// address, and '{path[..scheme]}://' is neither",
                "pass the path of a folder, or s3://bucket/prefix"
            );
        }

        var full = sources.FullPath(path, from);
        return File.Exists(full) ? new BundlePlace(full) : new FolderPlace(full);
    }

    private static SuretyException Error(string fact, string hint) =>
        new(ErrorCode.InvalidConfiguration, $"{fact}; nothing was done", hint) { Operation = "configuration" };
}

/// <summary>The database that is meant. Not a record: its connection text may hold a password.</summary>
public sealed class DatabaseSetting(string? name, string? connection)
{
    /// <summary>Its name in the configuration file, or null.</summary>
    public string? Name { get; } = name;

    /// <summary>URL, keywords or a bare database name for <c>ConnectionTargetParser</c>; null: the PG* variables alone.</summary>
    public string? Connection { get; } = connection;
}

/// <summary>The repository that is meant.</summary>
/// <param name="Name">Its name in the configuration file, or null.</param>
public sealed record RepositorySetting(string? Name, RepositoryPlace Place);
