using System.Collections.Concurrent;

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

    public async Task EndAsync(EndedSession session, CancellationToken cancellationToken)
    {
        known[session.Id] = session.OverAt;
        await store.AddAsync(session, clock.GetUtcNow(), cancellationToken);
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
