using System.Globalization;

namespace Surety.Core.Audit.Pages;

/// <summary>What a page says of one database.</summary>
internal static class AuditDatabaseSection
{
    public static Html Of(DatabaseAudit database) =>
        Html.Of(
            $"""
            <section>
            <h2>{database.Name}</h2>
            <div class="tiles">
            {Success(database.Backups)}{Freshness(database.Freshness)}{Restore(database.Drills)}{Stored(database.Storage)}</div>
            <h3>Over the period</h3>
            {Trend(database.Backups)}{Drills(database.Drills)}{AuditLists.Incidents(database.Incidents)}{Kept(database)}{AuditLists.Storage(
                database.Storage
            )}{AuditLists.Activities(database.Activities)}</section>

            """
        );

    internal static Html Tile(string label, Html figure, string note) =>
        Html.Of(
            $"""
            <div class="tile"><span class="label">{label}</span><b>{figure}</b><small>{note}</small></div>

            """
        );

    private static Html Success(AuditBackups backups)
    {
        var stopped = backups.Stopped > 0 ? $", {Units.Count(backups.Stopped)} stopped" : "";
        var incomplete = backups.Incomplete > 0 ? $" ({Units.Count(backups.Incomplete)} incomplete)" : "";
        return Tile(
            "Backups that succeeded",
            AuditPills.Success(backups),
            $"{Units.Count(backups.Made)} made{incomplete}, {Units.Count(backups.Failed)} failed{stopped}; goal {Units.Percent(AuditReport.SuccessGoal)}"
        );
    }

    private static Html Freshness(AuditFreshness freshness)
    {
        var target = freshness.TargetSeconds is { } seconds ? $"; target (RPO) {Limit(seconds)}" : "; no target set";
        var newest = freshness.Newest is { } backup ? $"; newest of all {AuditPills.Age(backup.AgeSeconds)}" : "";
        var proof = freshness.NewestProven is { } proven ? $"by {proven.ProvenBy}" : "no backup is proven";
        return Tile("Newest proven backup", AuditPills.Freshness(freshness), $"{proof}{newest}{target}");
    }

    private static Html Restore(AuditDrills drills) =>
        Tile(
            "Longest restore measured",
            AuditPills.Restore(drills),
            $"{Units.Count(drills.All.Count(drill => drill.Proven))} of {Units.Count(drills.All.Count, "drill")} proved a backup; target (RTO) {Limit(drills.TargetSeconds)}"
        );

    private static Html Stored(AuditStorage? storage) =>
        storage is null
            ? Html.Nothing
            : Tile(
                "Stored",
                Html.Of($"{Units.Bytes(storage.StoredBytes)}"),
                $"for {Units.Bytes(storage.HeldBytes)} in backups of {Units.Bytes(storage.DataBytes)} of data"
            );

    private static Html Trend(AuditBackups backups) =>
        Html.Join([
            AuditBars.Of(
                "backups, failed ones marked",
                backups.Trend,
                part => part.Made + part.Failed,
                part => part.Failed,
                most => Units.Count((long)most),
                part => $"{Units.Count(part.Made)} made, {Units.Count(part.Failed)} failed"
            ),
            AuditBars.Of(
                "added to the repository",
                backups.Trend,
                part => part.NewBytes,
                _ => 0,
                most => Units.Bytes((long)most),
                part => Units.Bytes(part.NewBytes)
            ),
            AuditBars.Of(
                "longest backup",
                backups.Trend,
                part => part.LongestSeconds,
                _ => 0,
                AuditPills.Duration,
                part => AuditPills.Duration(part.LongestSeconds)
            ),
        ]);

    private static Html Drills(AuditDrills drills) =>
        drills.All.Count == 0
            ? Html.Of(
                $"<h3>Drills</h3>\n<p>No drill in the period: how long a restore takes is not known from it.</p>\n"
            )
            : Html.Of(
                $"""
                <h3>Drills</h3>
                {AuditTable.Of(
                    ["Time", "Backup", "Outcome", "Restore", "Rows", "By"],
                    drills.All.Select(drill =>
                        (IReadOnlyList<Html>)
                            [
                                AuditLists.Time(drill.At),
                                Html.Of($"<code>{drill.Backup}</code>"),
                                Html.Of(
                                    $"{AuditPills.Of(drill.Proven ? "proven" : "failed", drill.Proven)} {drill.Message}"
                                ),
                                Html.Of(
                                    $"{(drill.RestoreSeconds is { } seconds ? AuditPills.Duration(seconds) : "")}"
                                ),
                                Html.Of($"{(drill.Rows is { } rows ? Units.Count(rows) : "")}"),
                                Html.Of($"{drill.By}"),
                            ]
                    )
                )}
                """
            );

    private static Html Kept(DatabaseAudit database)
    {
        var (kept, gap) = (database.Retention, database.Freshness.LongestGapSeconds);
        return Html.Of(
            $"""
            <h3>Retention and proof</h3>
            <dl class="facts">
            <dt>Rules</dt><dd>{kept.Rules}</dd>
            <dt>Backups</dt><dd>{Units.Count(kept.Backups)}, {Units.Count(kept.Pinned)} pinned, {Units.Count(
                kept.Due
            )} due to be forgotten; {Units.Count(kept.Forgotten)} forgotten in the period</dd>
            <dt>Oldest backup</dt><dd>{(kept.OldestAt is { } oldest ? Units.Time(oldest) : "none")}</dd>
            <dt>Longest time without a backup</dt><dd>{(gap is { } seconds ? AuditPills.Duration(seconds) : "never backed up")}</dd>
            <dt>Verifications of single backups</dt><dd>{AuditLists.Checks(database.Verifications)}</dd>
            </dl>

            """
        );
    }

    private static string Limit(double seconds) =>
        TimeSpan.FromSeconds(seconds) is { TotalDays: >= 2 } days && days.Ticks % TimeSpan.TicksPerDay == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{days.TotalDays:0} days")
            : Units.Limit(TimeSpan.FromSeconds(seconds));
}
