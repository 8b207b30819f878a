using Surety.Repository.Manifests;

namespace Surety.Core.Audit;

/// <summary>How one database was backed up, proven and restored over a period.</summary>
public sealed record DatabaseAudit
{
    public required string Name { get; init; }
    public required AuditBackups Backups { get; init; }

    /// <summary>How much would be lost if the database were lost at the end of the period.</summary>
    public required AuditFreshness Freshness { get; init; }

    /// <summary>How long it would take to have it back, as drills measured it.</summary>
    public required AuditDrills Drills { get; init; }

    /// <summary>Of single backups of this database; those of a whole repository are of <see cref="RepositoryAudit"/>.</summary>
    public required AuditChecks Verifications { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<AuditIncident> Incidents { get; init; }
    public required AuditRetention Retention { get; init; }

    /// <summary>Null where it was left out, or there is no backup.</summary>
    public required AuditStorage? Storage { get; init; }
    public required IReadOnlyList<AuditActivity> Activities { get; init; }

    internal static DatabaseAudit Of(string name, AuditFacts facts)
    {
        var records = facts.RecordsOf(name);
        var ofWhole = records.Where(record => !facts.Aside.Contains(record)).ToList();
        IReadOnlyList<Manifest> manifests = [.. facts.Manifests.Where(manifest => manifest.Database == name)];
        var targets = facts.Options.TargetsOf(name);
        var figures = facts.Storage?.Databases.FirstOrDefault(database => database.Name == name)?.Figures;
        return new DatabaseAudit
        {
            Name = name,
            Backups = AuditBackups.Of(ofWhole, facts.Options.Since, facts.Until),
            Freshness = AuditFreshness.Of(ofWhole, manifests, facts, targets.Rpo),
            Drills = AuditDrills.Of(ofWhole, targets.RestoreTarget),
            Verifications = AuditChecks.Of(records),
            Incidents = AuditIncident.Of(records, facts.Backups),
            Retention = AuditRetention.Of(name, records, manifests, facts),
            Storage = figures is null ? null : AuditStorage.Of(figures, records),
            Activities = AuditActivity.Of(records),
        };
    }
}
