using System.Globalization;

namespace Surety.Core.Audit.Pages;

/// <summary>Small bars, one for each part of a period; what one stands for is read by pointing at it.</summary>
internal static class AuditBars
{
    private const double Width = 640;
    private const double Height = 56;

    /// <param name="title">What the bars are about, for who cannot see them.</param>
    /// <param name="parts">Oldest first.</param>
    /// <param name="value">The height of a bar, in any unit.</param>
    /// <param name="bad">How much of the height stands for failures.</param>
    /// <param name="unit">A height in words.</param>
    /// <param name="words">What a bar stands for.</param>
    public static Html Of(
        string title,
        IReadOnlyList<AuditPart> parts,
        Func<AuditPart, double> value,
        Func<AuditPart, double> bad,
        Func<double, string> unit,
        Func<AuditPart, string> words
    )
    {
        var highest = parts.Max(part => value(part));
        if (highest <= 0)
        {
            return Html.Nothing;
        }

        var step = Width / parts.Count;
        var bars = parts.Select((part, i) => Bar(part, i * step, step * 0.76, Height / highest, value, bad, words));
        return Html.Of(
            $"""
            <figure><svg viewBox="0 0 {Width} {Height + 1}" role="img" aria-label="{title}" preserveAspectRatio="none">
            <line class="base" x1="0" x2="{Width}" y1="{Height + 0.5}" y2="{Height + 0.5}"/>{Html.Join(bars)}</svg>
            <figcaption><span>{Day(parts[0].From)}</span><span>{title}, at most {unit(highest)}</span><span>{Day(
                parts[^1].From
            )}</span></figcaption></figure>

            """
        );
    }

    private static Html Bar(
        AuditPart part,
        double x,
        double width,
        double scale,
        Func<AuditPart, double> value,
        Func<AuditPart, double> bad,
        Func<AuditPart, string> words
    )
    {
        // What happened is seen, however little it is beside the rest.
        var whole = value(part) > 0 ? Math.Max(2, value(part) * scale) : 0;
        var failed = bad(part) > 0 ? Math.Clamp(bad(part) * scale, 2, whole) : 0;
        return Html.Of(
            $"""<g><title>{Day(part.From)}: {words(part)}</title>{Rectangle("bar", x, width, whole, Height)}{Rectangle("bar bad", x, width, failed, Height - whole + failed)}</g>"""
        );
    }

    private static Html Rectangle(string name, double x, double width, double height, double bottom) =>
        height <= 0
            ? Html.Nothing
            : Html.Of($"""<rect class="{name}" x="{x}" y="{bottom - height}" width="{width}" height="{height}"/>""");

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
