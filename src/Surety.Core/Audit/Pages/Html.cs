using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Surety.Core.Audit.Pages;

/// <summary>
/// A piece of a page. It is made of a template, in whose holes everything is encoded that is not such a piece itself: names
/// of databases and descriptions are anybody's.
/// </summary>
internal readonly record struct Html(string Text)
{
    public static readonly Html Nothing = new("");

    public static Html Of(HtmlTemplate template) => new(template.ToString());

    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Text)));

    public override string ToString() => Text;
}

/// <summary>What the compiler makes of an interpolated string: the text of the code as it is, the holes encoded.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlTemplate
{
    private readonly StringBuilder text;

    public HtmlTemplate(int literalLength, int formattedCount) =>
        text = new StringBuilder(literalLength + 16 * formattedCount);

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(Html piece) => text.Append(piece.Text);

    public void AppendFormatted(string? value) => text.Append(HtmlEncoder.Default.Encode(value ?? ""));

    public void AppendFormatted(int value) => text.Append(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>With one decimal, as coordinates have.</summary>
    public void AppendFormatted(double value) => text.Append(value.ToString("0.#", CultureInfo.InvariantCulture));

    public override string ToString() => text.ToString();
}
