using Surety.Repository.Documents;
using Surety.Repository.Journal;

namespace Surety.Core.Listing;

/// <param name="Record">What was done.</param>
/// <param name="WayBackIsThere">True where the backup to roll back to, to undo it, is in the repository.</param>
public sealed record ShownRecord(JournalRecord Record, bool WayBackIsThere)
{
    /// <summary>The command that takes back what was done; null where there is nothing to take back, or no way.</summary>
    public string? Recovery => WayBackIsThere ? $"surety rollback {Record.WayBack}" : null;
}

/// <summary>What <c>journal --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
public sealed record JournalDocument(
    IReadOnlyList<JournalDocumentRecord> Records,
    IReadOnlyList<JournalDocumentDamage> Damaged
)
{
    public static JournalDocument Of(IReadOnlyList<ShownRecord> records, IReadOnlyList<DamagedDocument> damaged) =>
        new(
            [.. records.Select(JournalDocumentRecord.Of)],
            [.. damaged.Select(piece => new JournalDocumentDamage(piece.Name, piece.Error.Message))]
        );
}

public sealed record JournalDocumentDamage(string Record, string Reason);

public sealed record JournalDocumentRecord(
    string Operation,
    string? Backup,
    string? SafetyBackup,
    string? Database,
    string? Role,
    string? User,
    string? RequestedBy,
    string Host,
    string? Command,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    double DurationSeconds,
    string Outcome,
    string? Error,
    string? Message,
    GuardedCommand? Guarded,
    string? ApprovedBy,
    IReadOnlyDictionary<string, double> Figures,
    string? Recovery
)
{
    public static JournalDocumentRecord Of(ShownRecord shown)
    {
        var record = shown.Record;
        return new(
            record.Operation,
            record.Backup?.ToString(),
            record.SafetyBackup?.ToString(),
            record.Database,
            record.Role,
            record.User,
            record.RequestedBy,
            record.Host,
            record.Command,
            record.StartedAt,
            record.FinishedAt,
            Math.Round((record.FinishedAt - record.StartedAt).TotalSeconds, 3),
            record.Outcome,
            record.Error,
            record.Message,
            record.Guarded,
            record.ApprovedBy,
            record.Figures ?? new Dictionary<string, double>(),
            shown.Recovery
        );
    }
}
