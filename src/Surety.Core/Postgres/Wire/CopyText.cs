namespace Surety.Core.Postgres.Wire;

/// <summary>The escapes inside a field of a text COPY. Source: PostgreSQL manual, COPY, "Text Format".</summary>
internal static class CopyText
{
    private const byte Escape = (byte)'\\';

    /// <summary>
    /// Writes the field's own bytes into <paramref name="plain"/>, which is at least as long as the field; returns their
    /// number.
    /// </summary>
    public static int Unescape(ReadOnlySpan<byte> field, Span<byte> plain)
    {
        var length = 0;
        for (var next = field.IndexOf(Escape); next >= 0 && next + 1 < field.Length; next = field.IndexOf(Escape))
        {
            field[..next].CopyTo(plain[length..]);
            length += next;
            plain[length++] = Meaning(field[next + 1]);
            field = field[(next + 2)..];
        }

        field.CopyTo(plain[length..]);
        return length + field.Length;
    }

    private static byte Meaning(byte letter) =>
        letter switch
        {
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'v' => (byte)'\v',
            _ => letter,
        };
}
