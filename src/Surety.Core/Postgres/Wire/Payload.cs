using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Surety.Core.Postgres.Wire;

/// <summary>Reads the fields of one message from the server, in order.</summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> rest = payload;

    public readonly ReadOnlySpan<byte> Rest => rest;

    public byte Byte() => Bytes(1)[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Bytes(sizeof(short)));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Bytes(sizeof(int)));

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if ((uint)count > (uint)rest.Length)
        {
            throw new InvalidDataException("the server sent a message that is shorter than its fields");
        }

        var bytes = rest[..count];
        rest = rest[count..];
        return bytes;
    }

    /// <summary>A string that ends in a zero byte.</summary>
    public string Text(Encoding encoding)
    {
        var length = rest.IndexOf((byte)0);
        var text = encoding.GetString(Bytes(length));
        rest = rest[1..];
        return text;
    }
}

/// <summary>Builds one message to the server: its type, its length, then the fields in the order of the calls.</summary>
internal sealed class PayloadWriter
{
    private readonly ArrayBufferWriter<byte> fields = new();
    private readonly byte? type;

    /// <param name="type">The message's first byte; null for the start-up messages, which have none.</param>
    public PayloadWriter(byte? type) => this.type = type;

    public PayloadWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(fields.GetSpan(sizeof(int)), value);
        fields.Advance(sizeof(int));
        return this;
    }

    public PayloadWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        fields.Write(bytes);
        return this;
    }

    /// <summary>A string, ended by a zero byte.</summary>
    public PayloadWriter Text(string text, Encoding encoding)
    {
        // The server would take what follows a zero for the next field.
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("text for PostgreSQL can't hold a zero character", nameof(text));
        }

        return Bytes(encoding.GetBytes(text)).Bytes([0]);
    }

    public byte[] ToMessage()
    {
        var header = type is null ? 0 : 1;
        var message = new byte[header + sizeof(int) + fields.WrittenCount];
        if (type is { } first)
        {
            message[0] = first;
        }

        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(header), message.Length - header);
        fields.WrittenSpan.CopyTo(message.AsSpan(header + sizeof(int)));
        return message;
    }
}
