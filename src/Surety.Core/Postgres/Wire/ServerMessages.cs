using System.Buffers.Binary;

namespace Surety.Core.Postgres.Wire;

/// <summary>One message of the server; the payload is valid until the next is read.</summary>
internal readonly ref struct ServerMessage(byte type, ReadOnlySpan<byte> payload)
{
    public byte Type { get; } = type;
    public ReadOnlySpan<byte> Payload { get; } = payload;
}

/// <summary>
/// Cuts what the server sends into messages, without copying: a message is a span of the buffer. A message that the
/// buffer ends in is moved to its front; one that is larger than the buffer makes it grow for as long as it is needed.
/// Source: PostgreSQL manual, 55.7 "Message Formats".
/// </summary>
internal sealed class ServerMessages(ServerLink link)
{
    public const int UsualCapacity = 1 << 20;

    private const int HeaderLength = 1 + LengthLength;
    private const int LengthLength = sizeof(int);

    // PostgreSQL builds a message in one allocation, which it limits to 1 GB.
    private const int LongestMessage = 1 << 30;
    private const int MostDoubled = 64 << 20;
    private const int FillsBeforeShrinking = 64;

    private byte[] buffer = GC.AllocateUninitializedArray<byte>(UsualCapacity);
    private int position;
    private int end;
    private int smallFills;

    public int Capacity => buffer.Length;

    /// <summary>
    /// The next message's payload where it is a CopyData of at least three bytes that is already here in full: the path
    /// of all rows but the first and a few at the buffer's end. Binary COPY's two-byte trailer can't come this way.
    /// </summary>
    public bool TryTakeRow(out ReadOnlySpan<byte> payload)
    {
        var rest = buffer.AsSpan(position, end - position);
        if (rest.Length > HeaderLength && rest[0] == MessageType.CopyData)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
            if (length > LengthLength + 2 && length < rest.Length)
            {
                payload = rest.Slice(HeaderLength, length - LengthLength);
                position += 1 + length;
                return true;
            }
        }
        payload = default;
        return false;
    }

    /// <summary>The next message, whatever it is; blocks until it is here in full.</summary>
    public ServerMessage Next()
    {
        Require(HeaderLength);
        var length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(position + 1));
        if (length is < LengthLength or > LongestMessage)
        {
            throw new InvalidDataException($"the server sent a message of impossible length {length}");
        }

        Require(1 + length);
        var message = new ServerMessage(
            buffer[position],
            buffer.AsSpan(position + HeaderLength, length - LengthLength)
        );
        position += 1 + length;
        return message;
    }

    private void Require(int count)
    {
        if (end - position >= count)
        {
            return;
        }

        MakeRoom(count);
        while (end < count)
        {
            var received = link.Receive(buffer.AsSpan(end));
            if (received == 0)
            {
                throw new EndOfStreamException("the server closed the connection");
            }

            end += received;
        }
    }

    /// <summary>Moves what is left to the front, of a larger or of the usual buffer where that is due.</summary>
    private void MakeRoom(int count)
    {
        var rest = buffer.AsSpan(position, end - position);
        var room = buffer;
        if (count > buffer.Length)
        {
            room = GC.AllocateUninitializedArray<byte>(Math.Max(count, 2 * Math.Min(buffer.Length, MostDoubled)));
            smallFills = 0;
        }
        else if (buffer.Length > UsualCapacity && ShrinkIsDue(count, rest.Length))
        {
            room = GC.AllocateUninitializedArray<byte>(UsualCapacity);
        }
        rest.CopyTo(room);
        buffer = room;
        end = rest.Length;
        position = 0;
    }

    /// <summary>Not at once: a table with many large rows would allocate for each.</summary>
    private bool ShrinkIsDue(int count, int rest)
    {
        smallFills = count <= UsualCapacity && rest <= UsualCapacity ? smallFills + 1 : 0;
        return smallFills >= FillsBeforeShrinking;
    }
}
