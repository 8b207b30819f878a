using Surety.Repository.Manifests;

namespace Surety.Repository.Journal;

/// <summary>
/// What the journal will say of an operation that is under way. Filled in as things become known, so that an operation
/// that fails halfway is recorded with what was known by then.
/// </summary>
/// <param name="operation">The command.</param>
/// <param name="startedAt">When it began.</param>
public sealed class JournalEntry(string operation, DateTimeOffset startedAt)
{
    private readonly SortedDictionary<string, double> figures = new(StringComparer.Ordinal);

    /// <summary>See the members of <see cref="JournalRecord"/> of the same names.</summary>
    public BackupId? Backup { get; set; }
    public BackupId? SafetyBackup { get; set; }
    public string? Database { get; set; }
    public string? Role { get; set; }
    public GuardedCommand? Guarded { get; set; }
    public string? ApprovedBy { get; set; }
    public BackupScope? Scope { get; set; }

    /// <summary>How it ended, where that is more than whether it failed; null leaves it to who runs the operation.</summary>
    public string? Outcome { get; set; }

    /// <summary>The code of an error that the operation has in its result, instead of ending with it.</summary>
    public string? Error { get; set; }

    /// <summary>What a check found, or what that error says, where that is why it did not end well.</summary>
    public string? Message { get; set; }

    /// <summary>Adds a figure, by the name that the operation's <c>--json</c> has for it.</summary>
    public void Measure(string name, double value) => figures[name] = value;

    internal JournalRecord Close(OperationOrigin origin, JournalEnd end) =>
        new()
        {
            Operation = operation,
            Backup = Backup,
            SafetyBackup = SafetyBackup,
            Database = Database,
            Role = Role,
            StartedAt = startedAt,
            FinishedAt = end.At,
            Host = origin.Host,
            User = origin.User,
            RequestedBy = origin.RequestedBy,
            Command = origin.Command,
            Outcome = end.Outcome,
            Error = end.Error ?? Error,
            Message = end.Message ?? Message,
            Guarded = Guarded,
            ApprovedBy = ApprovedBy,
            Scope = Scope,
            Figures = figures.Count == 0 ? null : figures,
        };
}

/// <summary>How an operation ended.</summary>
/// <param name="At">When.</param>
/// <param name="Outcome">One of the constants of <see cref="JournalRecord"/>.</param>
/// <param name="Error">The code of the error that ended it, or null.</param>
/// <param name="Message">The message of that error, or null.</param>
public readonly record struct JournalEnd(
    DateTimeOffset At,
    string Outcome,
    string? Error = null,
    string? Message = null
);
