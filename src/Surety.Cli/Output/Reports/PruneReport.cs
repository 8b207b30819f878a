using System.Text;
using Surety.Repository.Prune;
using Surety.Repository.Retention;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety prune</c> did, or would do.</summary>
internal static class PruneReport
{
    public static CommandResult Of(PrunePlan plan, bool isDone) =>
        CommandResult.Of(PruneDocument.Of(plan, isDone), Documents.Json.PruneDocument, Text(plan, isDone));

    public static string Text(PrunePlan plan, bool isDone)
    {
        var text = new StringBuilder(Backups(plan)).Append('\n');
        var forgets = plan.Forgets.Count();
        var (forgot, removed, deleted) = isDone ? ("forgot", "removed", "deleted") : ("forgets", "removes", "deletes");
        text.Append($"{forgot} {Units.Count(forgets, "backup")}");
        text.Append(
            forgets == 0 || plan.Grace == TimeSpan.Zero
                ? "\n"
                : $": for {DurationText.Of(plan.Grace)} they can be brought back by surety unforget ID\n"
        );
        text.Append($"{removed} {Units.Count(plan.Removes.Count, "forgotten backup")} for good\n");
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

    private static string Backups(PrunePlan plan)
    {
        var table = new TextTable(new("ID"), new("CREATED"), new("DATABASE"), new("FATE"), new("WHY"));
        foreach (var decision in plan.Decisions)
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
    long MissingObjects
)
{
    public static PruneDocument Of(PrunePlan plan, bool isDone)
    {
        var objects = plan.Objects;
        return new(
            !isDone,
            plan.Grace.TotalSeconds,
            [.. plan.Decisions.Select(PruneDocumentBackup.Of)],
            [.. plan.Waiting.Select(PruneDocumentWaiting.Of)],
            [.. plan.Removes.Select(id => id.ToString())],
            objects.Needed.Count,
            objects.Needed.Bytes,
            objects.Deleted.Count,
            objects.Deleted.Bytes,
            objects.AfterGrace.Count,
            objects.AfterGrace.Bytes,
            objects.TooYoung.Count,
            objects.TooYoung.Bytes,
            objects.Missing
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
    public static PruneDocumentWaiting Of(Repository.Manifests.ForgottenBackup backup) =>
        new(backup.Manifest.Id.ToString(), backup.Manifest.CreatedAt, backup.Manifest.Database, backup.ForgottenAt);
}
