using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Restore;

namespace Surety.Core.Rollback.Rewind;

/// <summary>Makes the plan of a rewind: which rows go and come, and what this role may not do.</summary>
internal static class RewindPlan
{
    // Deleting and loading rows with their indexes takes about this many a second: enough for a rough figure.
    private const double RowsPerSecond = 100e3;

    public static async Task<RollbackPlan> MakeAsync(
        RollbackSituation situation,
        NpgsqlConnection connection,
        RewindChanges changes,
        CancellationToken cancellationToken
    )
    {
        var rows = changes.Tables.Sum(t => t.Rows.Deleted.Rows + t.Rows.Inserted.Rows);
        return situation.NewPlan() with
        {
            Tables = changes
                .Tables.Select(t => new PlannedRows($"{t.Group.Name}", t.Rows.Deleted.Rows, t.Rows.Inserted.Rows))
                .ToList(),
            Steps = [.. Steps(situation, changes)],
            Locks =
            [
                "every table is locked against writers until the end; readers go on",
                "a changed table is closed to readers too where its triggers or foreign keys have to be put aside",
            ],
            EstimatedSeconds = situation.Manifest.Figures.DurationSeconds + rows / RowsPerSecond,
            Warnings = [.. situation.Abandoned, .. Warnings(situation)],
            Refusals = await RefusalsAsync(situation, connection, changes, cancellationToken),
            RefusalHint = "--strategy swap or --strategy replace restores the whole database, whatever changed",
        };
    }

    private static IEnumerable<string> Steps(RollbackSituation situation, RewindChanges changes)
    {
        yield return situation.Options.SafetyBackup
            ? "lock the tables and back up the present state from under the locks, so that this rollback can be undone"
            : "lock the tables, and make no backup of the present state, as asked for";
        yield return changes.IsEmpty
            ? "nothing to change: the database holds what the backup holds"
            : $"in one transaction: {Units.Count(changes.Tables.Count, "table")}, {Units.Count(changes.Sequences.Count, "sequence")}{(changes.LargeObjects is null ? "" : ", large objects")}; no trigger fires";
        yield return "refresh the materialized views";
        yield return "prove it by the receipts of the backup, then commit";
    }

    private static IEnumerable<string> Warnings(RollbackSituation situation)
    {
        if (!situation.Options.SafetyBackup)
        {
            yield return "without a safety backup this rollback cannot be undone";
        }

        if (situation.Options.Tables.Count > 0)
        {
            yield return situation.Options.AllowDangling
                ? "only some tables are rolled back: rows may refer to rows that do not exist afterwards, as was allowed"
                : "only some tables are rolled back: refused where rows would refer to rows that do not exist afterwards";
        }
    }

    private static async Task<IReadOnlyList<string>> RefusalsAsync(
        RollbackSituation situation,
        NpgsqlConnection connection,
        RewindChanges changes,
        CancellationToken cancellationToken
    )
    {
        var refusals = new List<string>(changes.Obstacles);
        if (!situation.Schema.Identical && situation.Options.Tables.Count == 0)
        {
            refusals.Add(
                $"{Units.Count(situation.Schema.Differences.Count, "definition")} of the schema changed, and a rewind changes rows only"
            );
        }

        var missing = await connection.QueryAsync(
            SqlFile.Read("rewind-obstacles"),
            r => r.GetString(0),
            cancellationToken,
            changes.TableNames.Select(n => n.Sql).ToArray(),
            changes.Sequences.Select(s => QualifiedName.Of(s).Sql).ToArray(),
            await SilentSession.TryAsync(connection, cancellationToken)
        );
        return [.. refusals, .. missing];
    }
}
