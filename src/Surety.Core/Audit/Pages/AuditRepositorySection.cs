namespace Surety.Core.Audit.Pages;

/// <summary>What a page says of the repository as a whole.</summary>
internal static class AuditRepositorySection
{
    public static Html Of(RepositoryAudit whole) =>
        Html.Of(
            $"""
            <section>
            <h2>The repository as a whole</h2>
            <dl class="facts"><dt>Verifications of all backups</dt><dd>{AuditLists.Checks(whole.Verifications)}</dd></dl>
            {AuditLists.Incidents(whole.Incidents)}{AuditLists.Storage(whole.Storage)}{AuditLists.Activities(
                whole.Activities
            )}</section>

            """
        );
}
