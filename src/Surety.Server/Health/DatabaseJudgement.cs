using Surety.Core.Configuration.Serving;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Health;

/// <summary>What is known of a database, before it is judged.</summary>
/// <param name="Name">As the configuration calls it.</param>
/// <param name="DatabaseName">As manifests and the journal call it.</param>
/// <param name="View">Of its repository.</param>
/// <param name="Targets">What is promised.</param>
/// <param name="CopyTo">Where each backup is to be copied, as the configuration says it.</param>
/// <param name="Runs">What servers tried, the newest first; runs go after some time, the journal stays.</param>
/// <param name="Now">When it is judged.</param>
/// <param name="Counted">What the repository held when it was last counted; null where it was not yet.</param>
internal sealed record DatabaseFacts(
    string Name,
    string DatabaseName,
    RepositoryView View,
    TargetSection Targets,
    IReadOnlyList<string> CopyTo,
    IReadOnlyList<Run> Runs,
    DateTimeOffset Now,
    CountedStorage? Counted = null
);

/// <summary>Judges facts; asks nobody.</summary>
internal static class DatabaseJudgement
{
    /// <summary>For what follows a backup to prove it, while an earlier one is proven.</summary>
    private static readonly TimeSpan ProofGrace = TimeSpan.FromHours(1);

    public static DatabaseHealth Of(DatabaseFacts facts)
    {
        var backups = facts.View.BackupsOf(facts.DatabaseName);
        var protection = facts.View.ProtectionOf(facts.DatabaseName);
        var drills = Marks(facts.View, protection, BackupMark.Drilled);
        var health = new DatabaseHealth
        {
            Name = facts.Name,
            Repository = facts.View.Name,
            At = facts.Now,
            Targets = facts.Targets,
            Newest = protection.Count > 0 ? protection[0] : null,
            NewestProven = protection.FirstOrDefault(facts.View.IsProven),
            RestoreSeconds = drills.FirstOrDefault(mark => mark.RestoreSeconds is not null)?.RestoreSeconds,
            LastDrill = drills.FirstOrDefault(),
            LastVerification = Marks(facts.View, backups, BackupMark.Verified).FirstOrDefault(),
            Backups = Attempts.Of(WatchedOperation.Backup, facts),
            Verifications = Attempts.Of(WatchedOperation.Verify, facts),
            Drills = Attempts.Of(WatchedOperation.Drill, facts),
            Copies = Attempts.Of(WatchedOperation.Copy, facts),
            CopiesTo = facts.CopyTo.Distinct().ToDictionary(target => target, target => CopiesTo(target, facts)),
            Prunes = Attempts.Of(WatchedOperation.Prune, facts),
            Damages = [.. DamageJudgement.Of(facts, backups)],
            Storage = StorageOf(facts, backups, protection),
            Locks = facts.View.Locks,
            LastRun = facts.Runs.Count > 0 ? facts.Runs[0] : null,
        };
        return health with { Faults = [.. FaultsOf(health, protection)] };
    }

    private static Attempts CopiesTo(string target, DatabaseFacts facts) =>
        Attempts.Of(WatchedOperation.Copy with { Target = target }, facts);

    private static IEnumerable<HealthFault> FaultsOf(DatabaseHealth health, IReadOnlyList<Manifest> protection)
    {
        if (health.Newest is not { } newest)
        {
            yield return HealthFault.Missing;
        }
        else if (IsEmpty(newest, protection))
        {
            yield return HealthFault.Empty;
        }

        if (health.Damages.Count > 0)
        {
            yield return HealthFault.Damaged;
        }

        if (health.Newest is not null && health.Rpo == TargetState.Missed)
        {
            yield return HealthFault.Stale;
        }

        if (health.Newest is { } last && IsUnproven(last, health))
        {
            yield return HealthFault.Unproven;
        }
    }

    private static bool IsEmpty(Manifest newest, IReadOnlyList<Manifest> protection) =>
        newest.Figures.Rows == 0 && protection.Any(backup => backup.Figures.Rows > 0);

    private static bool IsUnproven(Manifest newest, DatabaseHealth health) =>
        health.NewestProven is not { } proven || (proven.Id != newest.Id && health.At - newest.FinishedAt > ProofGrace);

    /// <summary>The newest first.</summary>
    private static List<BackupMark> Marks(RepositoryView view, IReadOnlyList<Manifest> backups, string kind) =>
        [
            .. backups
                .Select(backup => view.Marks.Find(backup.Id, kind))
                .OfType<BackupMark>()
                .OrderByDescending(mark => mark.At),
        ];

    private static StorageFacts StorageOf(
        DatabaseFacts facts,
        IReadOnlyList<Manifest> backups,
        IReadOnlyList<Manifest> protection
    ) =>
        new()
        {
            Backups = backups.Count,
            DataBytes = protection.Count > 0 ? protection[0].Figures.RawBytes : 0,
            HeldBytes = backups.Sum(backup => backup.Figures.RawBytes),
            Counted = facts
                .Counted?.Report.Databases.FirstOrDefault(database => database.Name == facts.DatabaseName)
                ?.Figures,
            CountedAt = facts.Counted?.At,
        };
}
