using System.Collections.Concurrent;
using Surety.Repository.Errors;

namespace Surety.Server.Auth.Sessions;

/// <summary>
/// Knows which sessions were ended by signing out: a cookie is no less whole for having been given back, and somebody may have
/// a copy of it. This server knows at once, others that share its job store within 5 seconds. While the job store does not
/// answer, what was known stays known.
/// </summary>
internal sealed class EndedSessions(IEndedSessionStore store, TimeProvider clock, ILogger<EndedSessions> log)
    : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, DateTimeOffset> known = new();

    public bool Contains(string id) => known.ContainsKey(id);

    /// <summary>
    /// Ends a session everywhere, or nowhere: one that were over here alone could not be ended by its cookie any more. Whoever
    /// asked may go away meanwhile.
    /// </summary>
    /// <exception cref="SuretyException">StateUnwritable: the session goes on, and can be ended by trying again.</exception>
    public async Task EndAsync(EndedSession session)
    {
        try
        {
            await store.AddAsync(session, clock.GetUtcNow(), CancellationToken.None);
        }
        catch (Exception e)
        {
            log.SessionNotEnded(e);
            throw new SuretyException(
                ErrorCode.StateUnwritable,
                "that you sign out could not be kept, so you are still signed in, here and everywhere",
                "go back and sign out again; the server's log says what was in the way",
                e
            );
        }

        known[session.Id] = session.OverAt;
    }

    /// <summary>Nobody is let in before it is known who signed out.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RepeatedTask.RunAsync("ended sessions", Pace, clock, ReadAsync, log, stoppingToken);

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var session in await store.ListAsync(cancellationToken))
        {
            known[session.Id] = session.OverAt;
        }

        var now = clock.GetUtcNow();
        foreach (var over in known.Where(session => session.Value < now))
        {
            known.TryRemove(over);
        }
    }
}
