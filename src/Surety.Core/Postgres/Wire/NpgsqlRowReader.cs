using Npgsql;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// The rows of one COPY on an Npgsql connection: Npgsql hands out the bytes without the messages that held them, so the
/// rows are cut out of the bytes again.
/// </summary>
internal sealed class NpgsqlRowReader : IRowReader
{
    private readonly Stream stream;
    private readonly IDisposable copy;
    private readonly Action cancel;
    private readonly bool isBinary;
    private readonly FindRow findRow;
    private readonly CancellationToken cancellationToken;
    private readonly CancellationTokenRegistration cancelling;
    private byte[] buffer = GC.AllocateUninitializedArray<byte>(ServerMessages.UsualCapacity);
    private int position;
    private int end;
    private RowProgress progress;
    private bool headerRead;
    private bool finished;

    /// <param name="stream">The COPY's bytes as the server sent them.</param>
    /// <param name="copy">What to dispose at the end.</param>
    /// <param name="cancel">Asks the server to end the COPY.</param>
    /// <param name="format">The COPY's format.</param>
    /// <param name="cancellationToken">Cancels the COPY.</param>
    public NpgsqlRowReader(
        Stream stream,
        IDisposable copy,
        Action cancel,
        RowFormat format,
        CancellationToken cancellationToken
    )
    {
        this.stream = stream;
        this.copy = copy;
        this.cancel = cancel;
        this.cancellationToken = cancellationToken;
        isBinary = format == RowFormat.Binary;
        findRow = isBinary ? BinaryRows.Find : TextRows.Find;
        cancelling = cancellationToken.UnsafeRegister(static state => ((Action)state!)(), cancel);
    }

    public bool TryRead(out ReadOnlySpan<byte> row)
    {
        if (isBinary && !headerRead)
        {
            ReadHeader();
        }

        while (!finished)
        {
            var length = findRow(buffer.AsSpan(position, end - position), ref progress);
            if (length < 0)
            {
                Fill();
                continue;
            }
            row = buffer.AsSpan(position, length);
            position += length;
            if (!isBinary || !BinaryCopy.IsTrailer(row))
            {
                return true;
            }

            ExpectEnd();
        }
        row = default;
        return false;
    }

    public void Dispose()
    {
        cancelling.Dispose();
        if (!finished)
        {
            cancel();
        }

        finished = true;
        try
        {
            copy.Dispose();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            // The answer to the cancellation above: what was asked for.
        }
    }

    private void ReadHeader()
    {
        while (end < BinaryCopy.HeaderLength)
        {
            if (!TryFill())
            {
                throw Fail("the COPY ended before its binary header");
            }
        }

        if (!BinaryCopy.TrySkipHeader(buffer.AsSpan(0, end), out var rest))
        {
            throw Fail("the COPY does not start with PostgreSQL's binary signature");
        }

        position = end - rest.Length;
        headerRead = true;
    }

    private void Fill()
    {
        if (TryFill())
        {
            return;
        }

        if (isBinary || position < end)
        {
            throw Fail("the COPY ended within a row");
        }

        finished = true;
    }

    private void ExpectEnd()
    {
        if (position < end || TryFill())
        {
            throw Fail("the COPY goes on after its trailer");
        }

        finished = true;
    }

    /// <summary>False at the end, which Npgsql reports after the server has confirmed it.</summary>
    private bool TryFill()
    {
        MakeRoom();
        try
        {
            var received = stream.Read(buffer.AsSpan(end));
            end += received;
            return received > 0;
        }
        catch (Exception e)
            when (cancellationToken.IsCancellationRequested && e is NpgsqlException or OperationCanceledException)
        {
            finished = true;
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            finished = true;
            throw ServerErrors.From(e);
        }
    }

    private void MakeRoom()
    {
        var rest = buffer.AsSpan(position, end - position);
        var room = buffer;
        if (rest.Length == buffer.Length)
        {
            room = GC.AllocateUninitializedArray<byte>((int)Math.Min(2L * buffer.Length, Array.MaxLength));
        }
        else if (buffer.Length > ServerMessages.UsualCapacity && rest.IsEmpty)
        {
            room = GC.AllocateUninitializedArray<byte>(ServerMessages.UsualCapacity);
        }

        rest.CopyTo(room);
        buffer = room;
        end = rest.Length;
        position = 0;
    }

    private static SuretyException Fail(string what) => ServerErrors.Lost(what);
}
