using System.Text;
using Surety.Repository.Manifests;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// A session of its own making, for reading rows as fast as the server sends them: protocol 3.0 over a socket that only
/// ever blocks. It knows simple queries and COPY TO STDOUT, and nothing else.
/// Source: PostgreSQL manual, chapter 55 "Frontend/Backend Protocol".
/// </summary>
internal sealed class BlockingRowSession : IRowSession
{
    private readonly ConnectionTarget target;
    private readonly ServerLink link;
    private readonly ServerMessages messages;
    private readonly StartedSession started;
    private readonly CancellationToken lifetime;
    private readonly CancellationTokenRegistration closing;
    private CancellationToken statement;
    private bool broken;

    internal BlockingRowSession(
        ConnectionTarget target,
        ServerLink link,
        ServerMessages messages,
        StartedSession started,
        CancellationToken lifetime
    )
    {
        this.target = target;
        this.link = link;
        this.messages = messages;
        this.started = started;
        this.lifetime = lifetime;
        closing = link.CloseOn(lifetime);
    }

    internal ServerMessages Messages => messages;

    /// <summary>Connects, trying every address of the host and the encryption that sslmode allows.</summary>
    /// <param name="target">Where to connect.</param>
    /// <param name="applicationName">What <c>pg_stat_activity</c> shows.</param>
    /// <param name="cancellationToken">
    /// Ends connecting and, as long as the session lives, whatever statement it runs; the session is lost with it.
    /// </param>
    /// <exception cref="AuthenticationNotCoveredException">The server wants a method that is not covered.</exception>
    public static BlockingRowSession Connect(
        ConnectionTarget target,
        string applicationName,
        CancellationToken cancellationToken
    ) => SessionOpening.Connect(target, applicationName, cancellationToken);

    public void Execute(string sql)
    {
        SendQuery(sql);
        while (Receive().Type != MessageType.ReadyForQuery) { }
    }

    public IReadOnlyList<string?> QueryColumn(string sql)
    {
        SendQuery(sql);
        var column = new List<string?>();
        while (true)
        {
            var message = Receive();
            if (message.Type == MessageType.ReadyForQuery)
            {
                return column;
            }

            if (message.Type == MessageType.DataRow)
            {
                column.Add(FirstField(message.Payload));
            }
        }
    }

    public IRowReader CopyOut(string sql, RowFormat format, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        statement = cancellationToken;
        var closingCopy = link.CloseOn(cancellationToken);
        try
        {
            SendQuery(sql);
            var response = Receive();
            if (response.Type != MessageType.CopyOutResponse)
            {
                throw Unintelligible($"expected rows of a COPY, got message '{(char)response.Type}'");
            }

            var isBinary = response.Payload is [1, ..];
            if (isBinary != (format == RowFormat.Binary))
            {
                throw Unintelligible($"asked for COPY in {format} format, and the server sends the other");
            }

            return new BlockingRowReader(this, format, closingCopy);
        }
        catch
        {
            closingCopy.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        closing.Dispose();
        if (!broken)
        {
            Terminate();
        }

        link.Dispose();
    }

    /// <summary>
    /// The next message that matters. An error of the server is thrown once it has finished reporting, so that the
    /// session can be used again where the server keeps it.
    /// </summary>
    internal ServerMessage Receive()
    {
        while (true)
        {
            var message = Next();
            switch (message.Type)
            {
                case MessageType.NoticeResponse or MessageType.NotificationResponse:
                    break;
                case MessageType.ParameterStatus:
                    Note(message.Payload);
                    break;
                case MessageType.ErrorResponse:
                    throw Refused(ServerReports.Read(message.Payload, started.Encoding.Decoder));
                default:
                    return message;
            }
        }
    }

    /// <summary>Ends a COPY that nobody wants to read to its end; the session can be used again afterwards.</summary>
    internal void AbandonCopy()
    {
        if (broken)
        {
            return;
        }

        if (!CancelRequest.TrySend(target, link, started.CancelKey))
        {
            Break();
            return;
        }
        try
        {
            SkipToReady();
        }
        catch (Exception e) when (ServerLink.IsBroken(e))
        {
            Break();
        }
    }

    internal Exception Unintelligible(string what)
    {
        Break();
        return ServerErrors.Lost(what);
    }

    private void SendQuery(string sql)
    {
        if (broken)
        {
            throw ServerErrors.Lost("the session has ended before");
        }

        var message = new PayloadWriter(MessageType.Query).Text(sql, started.Encoding.EncoderFor(sql)).ToMessage();
        try
        {
            link.Send(message);
        }
        catch (Exception e) when (ServerLink.IsBroken(e))
        {
            throw Ended(e);
        }
    }

    private ServerMessage Next()
    {
        try
        {
            return messages.Next();
        }
        catch (Exception e) when (ServerLink.IsBroken(e))
        {
            throw Ended(e);
        }
    }

    private Exception Refused(ServerReport report)
    {
        if (report.EndsSession)
        {
            Break();
        }
        else
        {
            SkipToReady();
        }

        return IsCancelled(out var token) ? new OperationCanceledException(token) : ServerErrors.Refused(report);
    }

    private void SkipToReady()
    {
        while (Next().Type != MessageType.ReadyForQuery) { }
    }

    /// <summary>The link broke: by the other side, or because a cancelled token closed it from here.</summary>
    private Exception Ended(Exception cause)
    {
        Break();
        if (!IsCancelled(out var token))
        {
            return ServerErrors.Lost(ServerErrors.ReasonOf(cause), cause);
        }
        // The server notices the closed socket only when it next sends; a statement that waits or sorts sends nothing.
        CancelRequest.TrySend(target, link, started.CancelKey);
        return new OperationCanceledException(token);
    }

    private bool IsCancelled(out CancellationToken token)
    {
        token = lifetime.IsCancellationRequested ? lifetime : statement;
        return token.IsCancellationRequested;
    }

    private void Note(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        started.Encoding.Note(reader.Text(Encoding.UTF8), reader.Text(Encoding.UTF8));
    }

    private string? FirstField(ReadOnlySpan<byte> row)
    {
        var reader = new PayloadReader(row);
        if (reader.Int16() == 0)
        {
            return null;
        }

        var length = reader.Int32();
        return length < 0 ? null : started.Encoding.Decoder.GetString(reader.Bytes(length));
    }

    private void Break()
    {
        broken = true;
        link.Dispose();
    }

    private void Terminate()
    {
        try
        {
            link.Send(new PayloadWriter(MessageType.Terminate).ToMessage());
        }
        catch (Exception e) when (ServerLink.IsBroken(e))
        {
            broken = true;
        }
    }
}
