namespace Surety.Core.Audit.Pages;

/// <summary>A figure, and by its color whether it is what was promised; without one where nothing is known or promised.</summary>
internal static class AuditPills
{
    public static Html Success(AuditBackups backups) =>
        backups.SuccessRate is { } rate ? Of(Units.Percent(rate), backups.MeetsGoal) : Of("no backup", null);

    public static Html Freshness(AuditFreshness freshness) =>
        freshness.NewestProven is { } proven
            ? Of($"{Age(proven.AgeSeconds)} old", freshness.MeetsTarget)
            // Where nothing is promised, to have nothing proven is bad enough.
            : Of("none", isGood: false);

    public static Html Restore(AuditDrills drills) =>
        drills.LongestRestoreSeconds is { } longest
            ? Of(Duration(longest), drills.MeetsTarget)
            : Of("not measured", null);

    public static Html Of(string words, bool? isGood) =>
        Html.Of(
            $"""<span class="pill{isGood switch { true => " good", false => " bad", null => "" }}">{words}</span>"""
        );

    public static string Duration(double seconds) => Units.Duration(TimeSpan.FromSeconds(seconds));

    public static string Age(double seconds) => Units.Age(TimeSpan.FromSeconds(seconds));
}
