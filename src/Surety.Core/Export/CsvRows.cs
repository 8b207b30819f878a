using System.Buffers;
using System.Text;

namespace Surety.Core.Export;

/// <summary>
/// RFC 4180: a header, fields in quotes where they need them, lines that end with CRLF. NULL is an empty field and the
/// empty string is two quotes, which is what PostgreSQL's own COPY reads back (manual section on COPY, "CSV Format").
/// </summary>
internal sealed class CsvRows(IReadOnlyList<ExportedColumn> columns) : IRowWriter
{
    // A lone \. would end the data for older psql, and blanks at the ends are lost on many a reader.
    private static readonly SearchValues<byte> NeedQuotes = SearchValues.Create("\",\r\n\\ "u8);

    private readonly PlainFields fields = new();

    public void Begin(IBufferWriter<byte> output)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            Separate(i, output);
            Write(Encoding.UTF8.GetBytes(columns[i].Name), output);
        }

        output.Write("\r\n"u8);
    }

    public void Add(ReadOnlySpan<byte> row, IBufferWriter<byte> output)
    {
        var rest = PlainFields.Of(row);
        for (var i = 0; i < columns.Count; i++)
        {
            Separate(i, output);
            if (fields.TryNext(ref rest, out var value))
            {
                Write(value, output);
            }
        }

        output.Write("\r\n"u8);
    }

    public void End(IBufferWriter<byte> output) { }

    private static void Separate(int column, IBufferWriter<byte> output)
    {
        if (column > 0)
        {
            output.Write(","u8);
        }
    }

    private static void Write(ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        if (!value.IsEmpty && !value.ContainsAny(NeedQuotes))
        {
            output.Write(value);
            return;
        }

        output.Write("\""u8);
        for (var quote = value.IndexOf((byte)'"'); quote >= 0; quote = value.IndexOf((byte)'"'))
        {
            output.Write(value[..quote]);
            output.Write("\"\""u8);
            value = value[(quote + 1)..];
        }

        output.Write(value);
        output.Write("\""u8);
    }
}
