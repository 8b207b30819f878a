using System.Globalization;
using System.Text;
using Surety.Repository.Manifests;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// The rows of one COPY on a <see cref="BlockingRowSession"/>: one CopyData message holds one row.
/// Source: PostgreSQL manual, 55.2.6 "COPY Operations".
/// </summary>
internal sealed class BlockingRowReader : IRowReader
{
    private readonly BlockingRowSession session;
    private readonly ServerMessages messages;
    private readonly CancellationTokenRegistration closing;
    private readonly bool isBinary;
    private Stage stage;
    private long rows;

    public BlockingRowReader(BlockingRowSession session, RowFormat format, CancellationTokenRegistration closing)
    {
        this.session = session;
        this.closing = closing;
        messages = session.Messages;
        isBinary = format == RowFormat.Binary;
        stage = isBinary ? Stage.Header : Stage.Rows;
    }

    private enum Stage
    {
        Header,
        Rows,
        Trailer,
        Confirmed,
        Failed,
    }

    public bool TryRead(out ReadOnlySpan<byte> row)
    {
        if (stage == Stage.Rows && messages.TryTakeRow(out row))
        {
            rows++;
            return true;
        }
        return TryReadMessage(out row);
    }

    public void Dispose()
    {
        closing.Dispose();
        if (stage is Stage.Confirmed or Stage.Failed)
        {
            return;
        }

        stage = Stage.Failed;
        session.AbandonCopy();
    }

    private bool TryReadMessage(out ReadOnlySpan<byte> row)
    {
        row = default;
        while (stage != Stage.Confirmed)
        {
            var message = Receive();
            switch (message.Type)
            {
                case MessageType.CopyData when stage is Stage.Header or Stage.Rows:
                    if (!TryTake(message.Payload, out row))
                    {
                        break;
                    }

                    rows++;
                    return true;
                case MessageType.CopyDone when stage == Stage.Trailer || !isBinary:
                    stage = Stage.Trailer;
                    break;
                case MessageType.CommandComplete when stage == Stage.Trailer:
                    CheckCount(message.Payload);
                    break;
                case MessageType.ReadyForQuery when stage == Stage.Trailer:
                    stage = Stage.Confirmed;
                    break;
                default:
                    throw Fail($"message '{(char)message.Type}' does not belong into a COPY here");
            }
        }
        return false;
    }

    /// <summary>The stream's header is in front of the first row, its trailer alone; of an empty table, both are one message.</summary>
    private bool TryTake(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> row)
    {
        row = payload;
        if (!isBinary)
        {
            return true;
        }

        if (stage == Stage.Header)
        {
            if (!BinaryCopy.TrySkipHeader(payload, out row))
            {
                throw Fail("the COPY does not start with PostgreSQL's binary signature");
            }

            stage = Stage.Rows;
        }
        if (!BinaryCopy.IsTrailer(row))
        {
            return !row.IsEmpty;
        }

        stage = Stage.Trailer;
        return false;
    }

    private void CheckCount(ReadOnlySpan<byte> tag)
    {
        var text = new PayloadReader(tag).Text(Encoding.ASCII);
        if (text != string.Create(CultureInfo.InvariantCulture, $"COPY {rows}"))
        {
            throw Fail($"{rows} rows arrived, and the server reports \"{text}\"");
        }
    }

    private ServerMessage Receive()
    {
        try
        {
            return session.Receive();
        }
        catch
        {
            stage = Stage.Failed;
            throw;
        }
    }

    private Exception Fail(string what)
    {
        stage = Stage.Failed;
        return session.Unintelligible(what);
    }
}
