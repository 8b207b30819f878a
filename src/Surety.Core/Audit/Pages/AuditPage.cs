using System.Globalization;

namespace Surety.Core.Audit.Pages;

/// <summary>
/// An audit as a page for people who decide: one file that needs nothing else, loads nothing, runs nothing, and prints.
/// </summary>
public static class AuditPage
{
    // As the first line of defence is the encoding, this is the second.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    /// <summary>The whole document.</summary>
    public static string Of(AuditReport report) =>
        Html.Of(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="Surety">
            <title>Backup audit, {Day(report.Since)} to {Day(report.Until)}</title>
            <style>
            {Style()}</style>
            </head>
            <body>
            <main>
            <header>
            <h1>Backup audit</h1>
            <dl class="facts">
            <dt>Period</dt><dd>{Units.Time(report.Since)} to {Units.Time(report.Until)}</dd>
            <dt>Repository</dt><dd>{report.Repository}</dd>
            </dl>
            </header>
            {Unreadable(report)}{Overview(report)}{Html.Join(report.Databases.Select(AuditDatabaseSection.Of))}{AuditRepositorySection.Of(
                report.Whole
            )}<footer>
            <p>Every figure comes from the repository itself: the journal of operations, the marks of verifications and drills, the
            manifests of the backups, and the objects that are stored. Times are in UTC. Success counts backups that were made against
            those that failed; those that somebody stopped count for neither. A backup is proven by a drill, which restores it and
            compares every row, or by a verification, which reads and hashes every byte of it.</p>
            </footer>
            </main>
            </body>
            </html>

            """
        ).Text;

    internal static string Day(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Html Unreadable(AuditReport report) =>
        report.Unreadable.Count == 0
            ? Html.Nothing
            : Html.Of(
                $"""
                <section class="unreadable">
                <p><b>This audit is incomplete.</b> What follows could not be read, and what it tells is missing here:</p>
                <ul>{Html.Join(report.Unreadable.Select(line => Html.Of($"<li>{line}</li>")))}</ul>
                </section>

                """
            );

    private static Html Overview(AuditReport report) =>
        report.Databases.Count == 0
            ? Html.Of($"<p>No database was backed up, and none was to be.</p>\n")
            : AuditTable.Of(
                ["Database", "Backups made", "Success", "Newest proven backup", "Longest restore", "Incidents"],
                report.Databases.Select(database =>
                    (IReadOnlyList<Html>)
                        [
                            Html.Of($"<b>{database.Name}</b>"),
                            Html.Of($"{Units.Count(database.Backups.Made)}"),
                            AuditPills.Success(database.Backups),
                            AuditPills.Freshness(database.Freshness),
                            AuditPills.Restore(database.Drills),
                            Html.Of($"{Units.Count(database.Incidents.Count)}"),
                        ]
                )
            );

    private static Html Style()
    {
        using var stream = typeof(AuditPage).Assembly.GetManifestResourceStream("AuditPage.css")!;
        using var reader = new StreamReader(stream);
        return new Html(reader.ReadToEnd());
    }
}
