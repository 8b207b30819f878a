using Surety.Repository;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Statistics;

namespace Surety.Core.Audit;

/// <summary>
/// How well the databases of a repository were backed up over a period: facts of its journal, marks, manifests and
/// objects, and nothing that anybody claims. Seconds and bytes; times in UTC.
/// </summary>
public sealed record AuditReport
{
    /// <summary>The product's promise: of a thousand backups one may fail.</summary>
    public const double SuccessGoal = 0.999;

    /// <summary>Where the repository is.</summary>
    public required string Repository { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required DateTimeOffset Until { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<DatabaseAudit> Databases { get; init; }

    /// <summary>What concerned the repository as a whole, and so every database in it: verifications, pruning, keys.</summary>
    public required RepositoryAudit Whole { get; init; }

    /// <summary>What could not be read, each as a line for people: what it told is missing here.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>Reads a repository, changes nothing in it, and keeps nobody waiting.</summary>
    /// <exception cref="Surety.Repository.Errors.SuretyException">What reading it throws.</exception>
    public static async Task<AuditReport> MakeAsync(
        BackupRepository repository,
        AuditOptions options,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var journal = await repository.Journal.ReadSinceAsync(options.Since, cancellationToken);
        var manifests = await repository.Manifests.ListAsync(cancellationToken);
        var marks = await repository.Marks.ListAsync(cancellationToken);
        var storage = options.Storage ? await new RepositoryStatistics(repository).RunAsync(cancellationToken) : null;
        var read = new AuditReading(repository.Store.Location, journal, manifests, marks, storage);
        return Of(read, options, clock.GetUtcNow());
    }

    /// <summary>Of what somebody has read already.</summary>
    public static AuditReport Of(AuditReading read, AuditOptions options, DateTimeOffset until)
    {
        var records = read.Journal.Records.Where(record => record.StartedAt >= options.Since);
        var facts = new AuditFacts(options, until, [.. records], [.. read.Manifests], read.Marks, read.Storage);
        return new AuditReport
        {
            Repository = read.Location,
            Since = options.Since,
            Until = until,
            Databases = [.. facts.Databases().Select(name => DatabaseAudit.Of(name, facts))],
            Whole = RepositoryAudit.Of(facts),
            Unreadable =
            [
                .. read.Manifests.Damaged.Select(d => $"{d.Name}: {d.Reason}"),
                .. read.Journal.Damaged.Concat(read.Marks.Damaged).Select(d => $"{d.Name}: {d.Error.Message}"),
            ],
        };
    }
}

/// <param name="Location">Where the repository is.</param>
/// <param name="Journal">Of the period, or of longer.</param>
/// <param name="Manifests">Of all backups that are there.</param>
/// <param name="Marks">What is known of them.</param>
/// <param name="Storage">Null where it is left out.</param>
public sealed record AuditReading(
    string Location,
    JournalList Journal,
    ManifestList Manifests,
    MarkList Marks,
    StatisticsReport? Storage
);

/// <summary>What concerned no single database.</summary>
public sealed record RepositoryAudit
{
    public required AuditChecks Verifications { get; init; }
    public required IReadOnlyList<AuditIncident> Incidents { get; init; }
    public required IReadOnlyList<AuditActivity> Activities { get; init; }

    /// <summary>All databases together; null where storage was left out.</summary>
    public required AuditStorage? Storage { get; init; }

    internal static RepositoryAudit Of(AuditFacts facts)
    {
        var records = facts.RecordsOf(database: null);
        return new RepositoryAudit
        {
            Verifications = AuditChecks.Of(records),
            Incidents = AuditIncident.Of(records, facts.Backups),
            Activities = AuditActivity.Of(records),
            Storage = facts.Storage is { } storage
                ? AuditStorage.Of(storage.Whole, facts.Records) with
                {
                    AllBytes = storage.AllBytes,
                }
                : null,
        };
    }
}
