using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Alerts;

/// <summary>What can be wrong. The kebab-case form is what people and programs see: <c>backup-failed</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertCondition>))]
public enum AlertCondition
{
    BackupFailed,

    /// <summary>The newest proven backup is older than the target allows, or there is none.</summary>
    BackupOverdue,

    /// <summary>The newest backup has no rows.</summary>
    BackupEmpty,

    /// <summary>A table, or all of them together, lost more rows than is usual.</summary>
    SizeDropped,
    Damaged,

    /// <summary>A verification could not be carried out: what it would have found is not known.</summary>
    VerifyFailed,
    DrillFailed,

    /// <summary>The measured restore takes longer than the target allows.</summary>
    RestoreSlow,
    StorageLow,
    CopyFailed,
    PruneFailed,
    LockStuck,
    RepositoryUnreachable,
    JobStoreUnreachable,
    RunInterrupted,
}

/// <summary>Something that is wrong now.</summary>
/// <param name="Condition">What kind it is of.</param>
/// <param name="Severity">How much it matters now.</param>
/// <param name="Databases">Whose backups it is about, by their names in the configuration.</param>
/// <param name="Object">What else tells it from others of its kind: a table, a repository; null for nothing.</param>
/// <param name="Text">A lower-case fact.</param>
/// <param name="Hint">What to do.</param>
public sealed record AlertFinding(
    AlertCondition Condition,
    AlertSeverity Severity,
    IReadOnlyList<string> Databases,
    string? Object,
    string Text,
    string? Hint
)
{
    /// <summary>The same for as long as it lasts.</summary>
    public string Key =>
        string.Join(':', new[] { NameOf(Condition), Databases is [var only] ? only : null, Object }.OfType<string>());

    public static string NameOf(AlertCondition condition) =>
        JsonNamingPolicy.KebabCaseLower.ConvertName($"{condition}");
}
