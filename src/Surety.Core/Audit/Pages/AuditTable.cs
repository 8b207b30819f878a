namespace Surety.Core.Audit.Pages;

/// <summary>A table of a page.</summary>
internal static class AuditTable
{
    // What an audit is about has to be found in it; the journal has the rest.
    private const int Most = 100;

    public static Html Of(IReadOnlyList<string> titles, IEnumerable<IReadOnlyList<Html>> rows)
    {
        var all = rows.ToList();
        var more = all.Count - Most;
        return Html.Of(
            $"""
            <div class="scroll"><table>
            <thead><tr>{Html.Join(titles.Select(title => Html.Of($"<th>{title}</th>")))}</tr></thead>
            <tbody>
            {Html.Join(all.Take(Most).Select(Row))}</tbody>
            </table></div>
            {(
                more > 0
                    ? Html.Of($"<p class=\"soft\">and {Units.Count(more)} more; surety journal lists all</p>\n")
                    : Html.Nothing
            )}
            """
        );
    }

    private static Html Row(IReadOnlyList<Html> cells) =>
        Html.Of($"<tr>{Html.Join(cells.Select(cell => Html.Of($"<td>{cell}</td>")))}</tr>\n");
}
