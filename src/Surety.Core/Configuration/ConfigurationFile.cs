using Surety.Core.Configuration.Serving;
using Surety.Core.Postgres;
using Surety.Repository.Retention;

namespace Surety.Core.Configuration;

/// <summary>What <c>surety.yaml</c> says, with the place of every value; variables are not yet expanded.</summary>
internal sealed record ConfigurationFile(
    string Path,
    IReadOnlyDictionary<string, DatabaseSection> Databases,
    IReadOnlyDictionary<string, RepositorySection> Repositories,
    RetentionRules? Retention = null,
    MigrationSection? Migrations = null
)
{
    public CheckSection? Check { get; init; }

    public ServerSection Server { get; init; } = ServerSection.Read(null);

    public AlertSection Alerts { get; init; } = AlertSection.Read(null);

    /// <summary>The folder that relative paths of the file start from.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public string FileName => System.IO.Path.GetFileName(Path);
}

/// <summary>One entry of <c>databases</c>.</summary>
internal sealed record DatabaseSection(
    string Name,
    ConfigurationValue Url,
    ConfigurationValue? Repository,
    IReadOnlyList<AssertionSection> Assertions,
    RetentionRules? Retention = null,
    MigrationSection? Migrations = null
)
{
    public CheckSection? Check { get; init; }

    public TargetSection Targets { get; init; } = new();

    /// <summary>True where backups of the database that its server calls so are of this one.</summary>
    public bool IsOf(string database, IReadOnlyDictionary<string, string?> environment) =>
        ConnectionTargetParser.Parse(Url.Expand(environment), environment).Database == database;

    public ScheduleSection? Schedule { get; init; }

    public AfterBackupSection AfterBackup { get; init; } = AfterBackupSection.Standard;
}

/// <summary>One entry of <c>databases.NAME.drill.assertions</c>.</summary>
/// <param name="Expect">Null for <c>true</c>.</param>
internal sealed record AssertionSection(ConfigurationValue? Name, ConfigurationValue Sql, ConfigurationValue? Expect);

/// <summary>One entry of <c>repositories</c>: a folder or a bucket, one of the two.</summary>
internal sealed record RepositorySection(string Name, ConfigurationValue? Path, S3Section? S3, KeySection? Key);

/// <summary>What opens a repository: one of <c>passphrase</c>, <c>passphrase_file</c> and <c>key_file</c>.</summary>
internal sealed record KeySection(KeyForm Form, ConfigurationValue Value);
