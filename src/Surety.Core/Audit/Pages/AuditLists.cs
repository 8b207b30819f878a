using System.Globalization;

namespace Surety.Core.Audit.Pages;

/// <summary>The parts of a page that a database and the repository as a whole have alike.</summary>
internal static class AuditLists
{
    public static Html Time(DateTimeOffset time) => Html.Of($"""<span class="time">{Units.Time(time)}</span>""");

    public static string Checks(AuditChecks checks) =>
        checks.Sound + checks.Failed == 0
            ? "none in the period"
            : $"{Units.Count(checks.Sound)} found everything sound, {Units.Count(checks.Failed)} did not"
                + (checks.NewestSoundAt is { } at ? $"; the newest sound one {Units.Time(at)}" : "")
                + (checks.BytesRead > 0 ? $"; {Units.Bytes(checks.BytesRead)} read" : "");

    public static Html Incidents(IReadOnlyList<AuditIncident> incidents) =>
        incidents.Count == 0
            ? Html.Of($"<h3>Incidents</h3>\n<p>None.</p>\n")
            : Html.Of(
                $"""
                <h3>Incidents</h3>
                {AuditTable.Of(
                    ["Time", "Operation", "What happened", "What followed", "By"],
                    incidents.Select(incident =>
                        (IReadOnlyList<Html>)
                            [
                                Time(incident.At),
                                Html.Of($"{incident.Operation} {Kind(incident)}"),
                                Html.Of($"{incident.What}"),
                                Html.Of($"{incident.Followed}"),
                                Html.Of($"{incident.By}"),
                            ]
                    )
                )}
                """
            );

    private static Html Kind(AuditIncident incident) =>
        incident.Kind == incident.Operation
            ? Html.Nothing
            : AuditPills.Of(incident.Kind, incident.Kind is "failed" or "damage" ? false : null);

    public static Html Storage(AuditStorage? storage) =>
        storage is null
            ? Html.Nothing
            : Html.Of(
                $"""
                <h3>Storage</h3>
                <dl class="facts">
                <dt>Data</dt><dd>{Units.Bytes(storage.DataBytes)} in the newest backup</dd>
                <dt>Held by all backups</dt><dd>{Units.Bytes(storage.HeldBytes)}</dd>
                <dt>Stored</dt><dd>{Units.Bytes(storage.StoredBytes)}, {Times(storage.StoredToData)} the data; {Times(
                    storage.Dedupe
                )} less by what backups share, {Times(storage.Compression)} less by compression</dd>
                <dt>Growth</dt><dd>{Units.Bytes(storage.AddedInPeriod)} in the period{(
                    storage.AddedPerBackup is { } each ? $", {Units.Bytes(each)} a backup on average" : ""
                )}</dd>
                {(
                    storage.AllBytes is { } all
                        ? Html.Of($"<dt>All that is stored</dt><dd>{Units.Bytes(all)}, what waits to be pruned included</dd>\n")
                        : Html.Nothing
                )}</dl>

                """
            );

    public static Html Activities(IReadOnlyList<AuditActivity> activities) =>
        activities.Count == 0
            ? Html.Nothing
            : Html.Of(
                $"""
                <h3>Who did what</h3>
                {AuditTable.Of(
                    ["By", "Operation", "Runs", "Failed", "Newest"],
                    activities.Select(activity =>
                        (IReadOnlyList<Html>)
                            [
                                Html.Of($"{activity.By}"),
                                Html.Of($"{activity.Operation}"),
                                Html.Of($"{Units.Count(activity.Count)}"),
                                Html.Of($"{Units.Count(activity.Failed)}"),
                                Time(activity.NewestAt),
                            ]
                    )
                )}
                """
            );

    private static string Times(double? ratio) =>
        ratio is { } times ? times.ToString("0.00", CultureInfo.InvariantCulture) + " times" : "-";
}
