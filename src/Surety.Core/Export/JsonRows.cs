using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Surety.Core.Postgres;
using Surety.Repository.Errors;

namespace Surety.Core.Export;

/// <summary>
/// JSON Lines: one object a row. Numbers keep all their digits; a value that JSON has no form for is the string that
/// PostgreSQL prints; a column that is NULL is left out.
/// </summary>
/// <param name="table">For messages.</param>
/// <param name="columns">In the order of a row's fields.</param>
/// <param name="isUtf8">False where the database does not say what its bytes mean (SQL_ASCII).</param>
internal sealed class JsonRows(QualifiedName table, IReadOnlyList<ExportedColumn> columns, bool isUtf8) : IRowWriter
{
    // The server wrote the JSON, and it is for programs, not for web pages.
    private static readonly JsonWriterOptions Options = new()
    {
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly PlainFields fields = new();
    private readonly JsonEncodedText[] names =
    [
        .. columns.Select(column => JsonEncodedText.Encode(column.Name, Options.Encoder)),
    ];
    private readonly Utf8JsonWriter json = new(Stream.Null, Options);

    public void Begin(IBufferWriter<byte> output) { }

    public void Add(ReadOnlySpan<byte> row, IBufferWriter<byte> output)
    {
        var rest = PlainFields.Of(row);
        json.Reset(output);
        json.WriteStartObject();
        for (var i = 0; i < columns.Count; i++)
        {
            if (fields.TryNext(ref rest, out var value))
            {
                RequireText(value, columns[i]);
                json.WritePropertyName(names[i]);
                Write(columns[i].Form, value);
            }
        }

        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    public void End(IBufferWriter<byte> output) { }

    public void Dispose() => json.Dispose();

    private void Write(ValueForm form, ReadOnlySpan<byte> value)
    {
        switch (form)
        {
            case ValueForm.Boolean:
                json.WriteBooleanValue(value is [(byte)'t']);
                break;
            case ValueForm.Number when IsFinite(value):
                json.WriteRawValue(value, skipInputValidation: true);
                break;
            case ValueForm.Json:
                json.WriteRawValue(OnOneLine(value), skipInputValidation: true);
                break;
            default:
                json.WriteStringValue(value);
                break;
        }
    }

    // Type json keeps its text as it was written. A line break in it is between tokens: inside a string it is escaped.
    private static ReadOnlySpan<byte> OnOneLine(ReadOnlySpan<byte> value)
    {
        if (value.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            return value;
        }

        var line = value.ToArray();
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        return line;
    }

    // NaN, Infinity and -Infinity are the only ones that do not end with a digit.
    private static bool IsFinite(ReadOnlySpan<byte> value) => char.IsAsciiDigit((char)value[^1]);

    private void RequireText(ReadOnlySpan<byte> value, ExportedColumn column)
    {
        if (!isUtf8 && !Utf8.IsValid(value))
        {
            throw new SuretyException(
                ErrorCode.QueryFailed,
                $"column {SqlText.Identifier(column.Name)} of {table} holds bytes that are not UTF-8, and the database "
                    + "(SQL_ASCII) does not say what they are; the files of this export are removed",
                "export it as sql or csv, which keep the bytes as they are"
            )
            {
                Object = $"{table}",
            };
        }
    }
}
