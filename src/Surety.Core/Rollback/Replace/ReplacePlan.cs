using System.Globalization;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;

namespace Surety.Core.Rollback.Replace;

/// <summary>The plan of a replacement.</summary>
internal static class ReplacePlan
{
    // One session loads, indexes and proves about this much a second: enough for a rough figure.
    private const double BytesPerSecond = 25e6;

    public static async Task<RollbackPlan> MakeAsync(
        RollbackSituation situation,
        ReplaceScope scope,
        string refusalHint,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await PostgresConnections.OpenAsync(
            situation.Options.Target,
            "surety rollback",
            cancellationToken
        );
        await connection.RunAsync(SessionSettings.PinNames, cancellationToken);
        var present = await ReplaceableObjects.ReadAsync(connection, scope, cancellationToken);
        var tables = situation.Contents.Tables.Where(t => scope.Covers(t.Schema)).ToList();
        return situation.NewPlan() with
        {
            // Those of other schemas stay.
            SchemaChanges = situation.Options.Schemas.IsAll ? situation.Schema.Differences : [],
            Tables = tables.Select(t => new PlannedRows($"{QualifiedName.Of(t)}", null, t.Receipt.Rows)).ToList(),
            Steps = Steps(situation, scope, present.All.Count),
            Locks =
            [
                "writers wait from the safety backup on, and readers too from the first drop to the end",
                "everything happens in one transaction, on one connection",
            ],
            EstimatedSeconds =
                situation.Manifest.Figures.DurationSeconds + tables.Sum(t => t.RawBytes) / BytesPerSecond,
            Warnings = [.. situation.Abandoned, .. Warnings(situation)],
            Refusals =
            [
                .. situation.Options.Tables.Count > 0
                    ? ["replace cannot be limited to tables, only to schemas; rewind can"]
                    : Array.Empty<string>(),
                .. BackupGaps.Of(situation.Manifest),
                .. await present.ObstaclesAsync(cancellationToken),
            ],
            RefusalHint = refusalHint,
        };
    }

    private static List<string> Steps(RollbackSituation situation, ReplaceScope scope, int objects)
    {
        var part = scope.Schemas switch
        {
            { IsAll: true } => "everything in it",
            { Only.Count: > 0 } only => $"everything in schema {string.Join(", ", only.Only)}",
            var except => $"everything but schema {string.Join(", ", except.Except)}",
        };
        return
        [
            "lock every table against writers",
            situation.Options.SafetyBackup
                ? "back up the present state, so that this rollback can be undone"
                : "make no backup of the present state, as asked for",
            string.Create(
                CultureInfo.InvariantCulture,
                $"drop {part}: {objects:N0} objects, one by one, without CASCADE"
            ),
            "create it again as the backup has it, and load its rows",
            "prove every row, and only then commit",
        ];
    }

    private static IEnumerable<string> Warnings(RollbackSituation situation)
    {
        if (!situation.Options.SafetyBackup)
        {
            yield return "without a safety backup the present state is lost";
        }
    }
}
