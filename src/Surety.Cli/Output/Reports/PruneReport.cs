using System.Text;
using Surety.Repository.Manifests;
using Surety.Repository.Prune;
using Surety.Repository.Retention;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety prune</c> did, or would do.</summary>
internal static class PruneReport
{
    /// <param name="plan">What was planned, or done.</param>
    /// <param name="database">The one whose backups are told of, by its name on its server; null for all.</param>
    /// <param name="isDone">False where it was only planned.</param>
    public static CommandResult Of(PrunePlan plan, string? database, bool isDone) =>
        CommandResult.Of(
            PruneDocument.Of(plan, database, isDone),
            Documents.Json.PruneDocument,
            Text(plan, database, isDone)
        );

    /// <inheritdoc cref="Of"/>
    public static string Text(PrunePlan plan, string? database, bool isDone)
    {
        var told = ToldBackups.Of(plan, database);
        var text = new StringBuilder(Backups(told)).Append('\n');
        var forgets = plan.Forgets.Count();
        var (forgot, removed, deleted) = isDone ? ("forgot", "removed", "deleted") : ("forgets", "removes", "deletes");
        text.Append($"{forgot} {Units.Count(forgets, "backup")}");
        text.Append(
            forgets == 0 || plan.Grace == TimeSpan.Zero
                ? "\n"
                : $": for {DurationText.Of(plan.Grace)} they can be brought back by surety unforget ID\n"
        );
        text.Append($"{removed} {Units.Count(told.Removes.Count, "forgotten backup")} for good");
        text.Append(told.OthersRemoved == 0 ? "\n" : $", and {Units.Count(told.OthersRemoved)} not of {database}\n");
        text.Append($"{deleted} {Objects(plan.Objects.Deleted)} that nothing needs\n");
        Line(plan.Objects.AfterGrace, "are needed by forgotten backups alone, and go when those do");
        Line(plan.Objects.TooYoung, "are of no backup and less than a day old: a run may still be writing them");
        text.Append($"  {Objects(plan.Objects.Needed)} stay\n");
        if (plan.Objects.Missing > 0)
        {
            text.Append($"  WARNING: {Units.Count(plan.Objects.Missing, "object")} that backups need are missing: ");
            text.Append("surety verify --all names them\n");
        }

        return text.ToString();

        void Line(ObjectTally tally, string fact)
        {
            if (tally.Count > 0)
            {
                text.Append($"  {Objects(tally)} {fact}\n");
            }
        }
    }

    private static string Backups(ToldBackups told)
    {
        var table = new TextTable(new("ID"), new("CREATED"), new("DATABASE"), new("FATE"), new("WHY"));
        foreach (var decision in told.Decisions)
        {
            table.Add(
                decision.Manifest.Id.ToString(),
                Units.Time(decision.Manifest.CreatedAt),
                decision.Manifest.Database,
                decision.IsKept ? "keep" : "FORGET",
                decision.Why
            );
        }

        return table.ToString();
    }

    private static string Objects(ObjectTally tally) =>
        $"{Units.Count(tally.Count, "object")}, {Units.Bytes(tally.Bytes)},";
}

/// <summary>
/// The backups of a plan that are told of. A prune of one database concerns who may see that one: the backups of others that
/// share the repository are counted at most.
/// </summary>
/// <param name="OthersRemoved">How many more nobody can bring back: of other databases, or of which is not known.</param>
internal sealed record ToldBackups(
    IReadOnlyList<RetentionDecision> Decisions,
    IReadOnlyList<ForgottenBackup> Waiting,
    IReadOnlyList<RemovedBackup> Removes,
    int OthersRemoved
)
{
    public static ToldBackups Of(PrunePlan plan, string? only)
    {
        bool IsTold(string? database) => only is null || database == only;
        var removes = plan.Removes.Where(backup => IsTold(backup.Database)).ToList();
        return new(
            [.. plan.Decisions.Where(decision => IsTold(decision.Manifest.Database))],
            [.. plan.Waiting.Where(backup => IsTold(backup.Manifest.Database))],
            removes,
            plan.Removes.Count - removes.Count
        );
    }
}

/// <summary>What <c>prune --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record PruneDocument(
    bool DryRun,
    double GraceSeconds,
    IReadOnlyList<PruneDocumentBackup> Backups,
    IReadOnlyList<PruneDocumentWaiting> Waiting,
    IReadOnlyList<string> Removed,
    long NeededObjects,
    long NeededBytes,
    long DeletedObjects,
    long FreedBytes,
    long ObjectsAfterGrace,
    long BytesAfterGrace,
    long YoungObjects,
    long YoungBytes,
    long MissingObjects,
    string? Database,
    int OthersRemoved
)
{
    public static PruneDocument Of(PrunePlan plan, string? database, bool isDone)
    {
        var (told, objects) = (ToldBackups.Of(plan, database), plan.Objects);
        return new(
            !isDone,
            plan.Grace.TotalSeconds,
            [.. told.Decisions.Select(PruneDocumentBackup.Of)],
            [.. told.Waiting.Select(PruneDocumentWaiting.Of)],
            [.. told.Removes.Select(backup => backup.Id.ToString())],
            objects.Needed.Count,
            objects.Needed.Bytes,
            objects.Deleted.Count,
            objects.Deleted.Bytes,
            objects.AfterGrace.Count,
            objects.AfterGrace.Bytes,
            objects.TooYoung.Count,
            objects.TooYoung.Bytes,
            objects.Missing,
            database,
            told.OthersRemoved
        );
    }
}

internal sealed record PruneDocumentBackup(
    string Id,
    DateTimeOffset CreatedAt,
    string Database,
    bool Kept,
    IReadOnlyList<string> Reasons
)
{
    public static PruneDocumentBackup Of(RetentionDecision decision) =>
        new(
            decision.Manifest.Id.ToString(),
            decision.Manifest.CreatedAt,
            decision.Manifest.Database,
            decision.IsKept,
            decision.IsKept ? decision.Reasons : [decision.Why]
        );
}

internal sealed record PruneDocumentWaiting(
    string Id,
    DateTimeOffset CreatedAt,
    string Database,
    DateTimeOffset ForgottenAt
)
{
    public static PruneDocumentWaiting Of(ForgottenBackup backup) =>
        new(backup.Manifest.Id.ToString(), backup.Manifest.CreatedAt, backup.Manifest.Database, backup.ForgottenAt);
}
