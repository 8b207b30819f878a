using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Surety.Server.Auth;

/// <summary>
/// Slows down who guesses passwords: failures are counted for a name at an address, for an address and for a name, and too
/// many of them close that way for a while. Whoever attacks a name keeps its owner out only from his own address, or slowly.
/// </summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    private const int MostCounters = 20_000;
    private const int LongestName = 100;
    private static readonly Limit OfPair = new(5, TimeSpan.FromMinutes(5));
    private static readonly Limit OfAddress = new(30, TimeSpan.FromMinutes(15));
    private static readonly Limit OfName = new(200, TimeSpan.FromHours(1));

    private readonly Lock gate = new();
    private readonly Dictionary<string, Counter> counters = [];

    /// <summary>How long to wait before the next attempt; null where it may be made.</summary>
    public TimeSpan? Wait(string name, IPAddress? address)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            return Ways(name, address)
                .Select(way => counters.GetValueOrDefault(way.Key)?.WaitOf(way.Limit, now))
                .Where(wait => wait > TimeSpan.Zero)
                .Max();
        }
    }

    public void Failed(string name, IPAddress? address)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (counters.Count >= MostCounters)
            {
                Forget(now);
            }

            foreach (var (key, limit) in Ways(name, address))
            {
                var counter = counters.GetValueOrDefault(key);
                counters[key] =
                    counter is null || counter.IsOver(limit, now)
                        ? new Counter(1, now)
                        : counter with
                        {
                            Failures = counter.Failures + 1,
                        };
            }
        }
    }

    public void Succeeded(string name, IPAddress? address)
    {
        lock (gate)
        {
            counters.Remove(PairKey(name, address));
        }
    }

    private static IEnumerable<(string Key, Limit Limit)> Ways(string name, IPAddress? address) =>
        [
            (PairKey(name, address), OfPair),
            ($"address {CallerNetwork.Of(address)}", OfAddress),
            ($"name {Short(name)}", OfName),
        ];

    private static string PairKey(string name, IPAddress? address) => $"pair {CallerNetwork.Of(address)} {Short(name)}";

    /// <summary>A stranger chooses it, and it is kept: as many bytes as a form may have, times the counters, are gigabytes.</summary>
    private static string Short(string name) =>
        name.Length <= LongestName ? name : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    /// <summary>Of so many, all that count no longer go; where an attack left too many that do, all.</summary>
    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, counter) in counters)
        {
            if (counter.IsOver(OfName, now))
            {
                counters.Remove(key);
            }
        }

        if (counters.Count >= MostCounters)
        {
            counters.Clear();
        }
    }

    private sealed record Limit(int Failures, TimeSpan Within);

    private sealed record Counter(int Failures, DateTimeOffset Since)
    {
        public bool IsOver(Limit limit, DateTimeOffset now) => now - Since >= limit.Within;

        public TimeSpan? WaitOf(Limit limit, DateTimeOffset now) =>
            Failures < limit.Failures || IsOver(limit, now) ? null : Since + limit.Within - now;
    }
}
