using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Server.Dashboard.Controls;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Dashboard.Reading;

/// <summary>How a database stands at one moment: what its repository says, against what is promised.</summary>
public sealed record Standing
{
    /// <summary>The product's own promise: of a thousand backups one may fail.</summary>
    public const double SuccessGoal = 0.999;

    /// <summary>The product's own promise for a restore, where none is configured.</summary>
    public static readonly TimeSpan RestoreGoal = TimeSpan.FromMinutes(30);

    /// <summary>Over which success is counted.</summary>
    public static readonly TimeSpan SuccessPeriod = TimeSpan.FromDays(30);

    public required ServedDatabase Database { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Why its repository could not be read, or its address is none; null where all is well.</summary>
    public SuretyException? Unreadable { get; init; }

    /// <summary>Null where the repository could not be read.</summary>
    public RepositoryView? View { get; init; }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Manifest> Backups { get; init; } = [];

    /// <summary>What the journal has of it, oldest first.</summary>
    public IReadOnlyList<JournalRecord> Records { get; init; } = [];

    /// <summary>The newest first, of the server's own.</summary>
    public IReadOnlyList<Run> Runs { get; init; } = [];

    public TargetSection Targets => Database.Settings.FindTargets();

    public Manifest? Newest => Backups.Count > 0 ? Backups[0] : null;

    public Manifest? NewestProven => Backups.FirstOrDefault(backup => View!.IsProven(backup));

    /// <summary>How much would be lost if the database were lost now.</summary>
    public TimeSpan? ProvenAge => NewestProven is { } proven ? At - proven.CreatedAt : null;

    /// <summary>The newest drill, of any backup.</summary>
    public BackupMark? LastDrill =>
        Backups.Select(backup => View!.Marks.Find(backup.Id, BackupMark.Drilled)).OfType<BackupMark>().MaxBy(m => m.At);

    /// <summary>The newest restore that was measured.</summary>
    public TimeSpan? RestoreTime =>
        Backups
            .Select(backup => View!.Marks.Find(backup.Id, BackupMark.Drilled))
            .OfType<BackupMark>()
            .Where(mark => mark is { Passed: true, RestoreSeconds: not null })
            .MaxBy(mark => mark.At)
            ?.RestoreSeconds
            is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    public TimeSpan RestoreTarget => Targets.Rto ?? RestoreGoal;

    public Run? Active => Runs.LastOrDefault(run => !run.HasEnded);

    public Run? LastEnded => Runs.FirstOrDefault(run => run.HasEnded);

    /// <summary>The backups that were made and that failed within <see cref="SuccessPeriod"/>.</summary>
    public (int Made, int Failed) Success
    {
        get
        {
            var backups = Records.Where(record =>
                record.Operation == JournalRecord.BackupOperation && record.StartedAt > At - SuccessPeriod
            );
            return (
                backups.Count(record => record.Succeeded),
                backups.Count(record => record.Outcome == JournalRecord.Failed)
            );
        }
    }

    /// <summary>Whether the newest proven backup is as new as was promised.</summary>
    public Level Freshness =>
        Unreadable is not null || Newest is null ? Level.Bad
        : ProvenAge is null ? Level.Caution
        : Targets.Rpo is { } rpo && ProvenAge > rpo ? Level.Bad
        : Level.Good;

    /// <summary>Whether a restore is as fast as was promised; plain where none was measured.</summary>
    public Level RestoreSpeed =>
        RestoreTime is not { } time ? Level.Plain
        : time > RestoreTarget ? Level.Bad
        : Level.Good;

    /// <summary>The worst of what is known.</summary>
    public Level Overall =>
        Freshness == Level.Bad || RestoreSpeed == Level.Bad || LastDrill is { Passed: false } ? Level.Bad
        : Freshness == Level.Caution || LastBackupFailed ? Level.Caution
        : Level.Good;

    /// <summary>The newest backup that was tried did not end well.</summary>
    public bool LastBackupFailed =>
        Records.LastOrDefault(record => record.Operation == JournalRecord.BackupOperation)
            is { Outcome: JournalRecord.Failed };

    /// <summary>In the words of a heading.</summary>
    public string Summary =>
        Unreadable is not null ? "cannot be read"
        : Newest is null ? "no backup yet"
        : Freshness == Level.Bad ? "late"
        : LastDrill is { Passed: false } ? "last drill failed"
        : ProvenAge is null ? "not proven"
        : RestoreSpeed == Level.Bad ? "restore too slow"
        : LastBackupFailed ? "last backup failed"
        : "on target";
}
