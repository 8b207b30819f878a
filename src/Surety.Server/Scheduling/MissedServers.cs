using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>
/// The servers that run something and did not say that they are there, as of the newest look. All that share a job store look
/// in turn, so it is remembered there.
/// </summary>
/// <param name="LookedAt">When.</param>
/// <param name="Since">Each of them, and at which look it was missed first.</param>
internal sealed record MissedServers(DateTimeOffset LookedAt, IReadOnlyDictionary<string, DateTimeOffset> Since)
{
    public static MissedServers None { get; } = new(DateTimeOffset.MinValue, new Dictionary<string, DateTimeOffset>());

    /// <summary>What the next look makes of it.</summary>
    /// <param name="missed">By name.</param>
    /// <param name="now">When that look is.</param>
    /// <param name="longestGap">Where nobody has looked for longer, the store was away: what was missed before counts no more.</param>
    public MissedServers After(IReadOnlySet<string> missed, DateTimeOffset now, TimeSpan longestGap)
    {
        var isNext = now - LookedAt <= longestGap;
        return new(now, missed.ToDictionary(node => node, node => isNext ? Since.GetValueOrDefault(node, now) : now));
    }

    /// <summary>Those that were missed for so long.</summary>
    public IReadOnlySet<string> Gone(TimeSpan patience) =>
        Since.Where(missed => LookedAt - missed.Value >= patience).Select(missed => missed.Key).ToHashSet();
}

/// <summary>Keeps them.</summary>
internal sealed class MissedServersMemory(IServerMemory memory)
{
    private const string Name = "missed servers";

    public async Task<MissedServers> ReadAsync(CancellationToken cancellationToken)
    {
        var document = await memory.ReadAsync(Name, cancellationToken) ?? "null";
        try
        {
            return JsonSerializer.Deserialize(document, MissedServersJson.Default.MissedServers) ?? MissedServers.None;
        }
        catch (JsonException)
        {
            // As if nobody had looked yet: what a server left is taken over a little later.
            return MissedServers.None;
        }
    }

    public Task WriteAsync(MissedServers missed, CancellationToken cancellationToken) =>
        memory.WriteAsync(
            Name,
            JsonSerializer.Serialize(missed, MissedServersJson.Default.MissedServers),
            cancellationToken
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MissedServers))]
internal sealed partial class MissedServersJson : JsonSerializerContext;
