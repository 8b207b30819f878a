using System.Buffers;
using System.Text;
using Surety.Core.Postgres.Wire;
using Surety.Repository.Manifests;

namespace Surety.Core.Export;

/// <summary>Writes the rows of one table in the form of one format.</summary>
internal interface IRowWriter : IDisposable
{
    /// <summary>What comes before the first row.</summary>
    void Begin(IBufferWriter<byte> output);

    /// <summary>A row as a text COPY sends it, with its newline.</summary>
    void Add(ReadOnlySpan<byte> row, IBufferWriter<byte> output);

    /// <summary>What comes after the last row.</summary>
    void End(IBufferWriter<byte> output);

    /// <summary>Most hold nothing that has to be given back.</summary>
    void IDisposable.Dispose() { }
}

/// <summary>The rows for psql, just as the server wrote them: a COPY with its data behind it.</summary>
internal sealed class CopyRows(string prologue) : IRowWriter
{
    public void Begin(IBufferWriter<byte> output) => output.Write(Encoding.UTF8.GetBytes(prologue));

    public void Add(ReadOnlySpan<byte> row, IBufferWriter<byte> output) => output.Write(row);

    public void End(IBufferWriter<byte> output) => output.Write("\\.\n"u8);
}

/// <summary>The fields of a text row, one after the other, with their own bytes.</summary>
internal sealed class PlainFields
{
    private byte[] buffer = new byte[1 << 12];

    /// <summary>The next field's bytes, or false for NULL. They are valid until the next call.</summary>
    public bool TryNext(ref RowFields fields, out ReadOnlySpan<byte> plain)
    {
        fields.MoveNext();
        plain = default;
        if (fields.IsNull)
        {
            return false;
        }

        if (buffer.Length < fields.Current.Length)
        {
            buffer = new byte[
                fields.Current.Length * 2L is var twice && twice < Array.MaxLength ? twice : Array.MaxLength
            ];
        }

        plain = buffer.AsSpan(0, CopyText.Unescape(fields.Current, buffer));
        return true;
    }

    public static RowFields Of(ReadOnlySpan<byte> row) => new(row, RowFormat.Text);
}
