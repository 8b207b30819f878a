using System.Text;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// From an open link to a session that is ready for queries: the start-up message, authentication, and what the server
/// tells about itself. Source: PostgreSQL manual, 55.2.1 "Start-up".
/// </summary>
internal sealed class SessionStartup(ServerLink link, ServerMessages messages, ConnectionTarget target)
{
    private const int ProtocolVersion3 = 3 << 16;

    private readonly ClientEncoding encoding = new();
    private byte[] cancelKey = [];

    public StartedSession Run(string applicationName)
    {
        link.Send(StartupMessage(applicationName));
        var authentication = new Authentication(target, link);
        while (true)
        {
            var message = messages.Next();
            switch (message.Type)
            {
                case MessageType.Authentication:
                    authentication.Answer(message.Payload);
                    break;
                case MessageType.ParameterStatus:
                    Note(message.Payload);
                    break;
                case MessageType.BackendKeyData:
                    cancelKey = message.Payload.ToArray();
                    break;
                case MessageType.ErrorResponse:
                    throw ServerErrors.TurnedAway(target, ServerReports.Read(message.Payload, Encoding.UTF8));
                case MessageType.ReadyForQuery:
                    return new StartedSession(cancelKey, encoding);
                case MessageType.NoticeResponse or MessageType.NegotiateProtocolVersion:
                    break;
                default:
                    throw new InvalidDataException($"unexpected message '{(char)message.Type}' while connecting");
            }
        }
    }

    private byte[] StartupMessage(string applicationName)
    {
        var message = new PayloadWriter(type: null).Int32(ProtocolVersion3);
        Parameter("user", target.User);
        Parameter("database", target.Database);
        Parameter("application_name", applicationName);
        if (target.Options is { } options)
        {
            Parameter("options", options);
        }

        return message.Bytes([0]).ToMessage();

        void Parameter(string name, string value) => message.Text(name, Encoding.ASCII).Text(value, Encoding.UTF8);
    }

    private void Note(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        encoding.Note(reader.Text(Encoding.UTF8), reader.Text(Encoding.UTF8));
    }
}

/// <param name="CancelKey">Process id and secret key, as the server sent them; empty where it sent none.</param>
/// <param name="Encoding">The session's <c>client_encoding</c>.</param>
internal readonly record struct StartedSession(byte[] CancelKey, ClientEncoding Encoding);
