using System.Globalization;
using Npgsql;
using Surety.Repository.Storage;
using Surety.Server.Runs;

namespace Surety.Server.Auth.Sessions;

/// <summary>The sessions that somebody signed out of, until they would have ended by themselves.</summary>
internal interface IEndedSessionStore
{
    Task<IReadOnlyList<EndedSession>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Forgets those that are over by themselves, and remembers one, durably.</summary>
    /// <param name="session">The one.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task AddAsync(EndedSession session, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <param name="Id">As its cookie has it.</param>
/// <param name="OverAt">When it is over by itself, and need not be remembered any more.</param>
internal readonly record struct EndedSession(string Id, DateTimeOffset OverAt);

/// <summary>In the state folder of a server alone: one empty file each, whose name says all.</summary>
internal sealed class FolderEndedSessions(IBlobStore state) : IEndedSessionStore
{
    private const string Folder = "ended-sessions/";

    public async Task<IReadOnlyList<EndedSession>> ListAsync(CancellationToken cancellationToken)
    {
        var ended = new List<EndedSession>();
        await foreach (var blob in state.ListAsync(Folder, cancellationToken))
        {
            if (Parse(blob.Name) is { } session)
            {
                ended.Add(session);
            }
        }

        return ended;
    }

    public async Task AddAsync(EndedSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var old in (await ListAsync(cancellationToken)).Where(ended => ended.OverAt < now))
        {
            await state.DeleteAsync(NameOf(old), cancellationToken);
        }

        // Last: where this throws, it is not remembered.
        await state.WriteAsync(NameOf(session), ReadOnlyMemory<byte>.Empty, durable: true, cancellationToken);
    }

    private static string NameOf(EndedSession session) =>
        $"{Folder}{session.OverAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}-{session.Id}";

    private static EndedSession? Parse(string name) =>
        name[Folder.Length..].Split('-') is [var over, var id]
        && long.TryParse(over, CultureInfo.InvariantCulture, out var seconds)
            ? new EndedSession(id, DateTimeOffset.FromUnixTimeSeconds(seconds))
            : null;
}

/// <summary>In the job store that several servers share.</summary>
internal sealed class PostgresEndedSessions(JobStore store) : IEndedSessionStore
{
    public async Task<IReadOnlyList<EndedSession>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = store.Connections.CreateCommand(
            "SELECT id, over_at FROM surety_server.ended_sessions"
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ended = new List<EndedSession>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ended.Add(new EndedSession(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1)));
        }

        return ended;
    }

    public async Task AddAsync(EndedSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = store.Connections.CreateCommand(
            "WITH old AS (DELETE FROM surety_server.ended_sessions WHERE over_at < $3) "
                + "INSERT INTO surety_server.ended_sessions (id, over_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = session.Id });
        command.Parameters.Add(new NpgsqlParameter { Value = session.OverAt.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter { Value = now.ToUniversalTime() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
