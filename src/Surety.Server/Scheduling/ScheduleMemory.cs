using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>What is remembered of a schedule, so that a server that was down finds what was due and what changed meanwhile.</summary>
internal sealed record ScheduleMemory
{
    /// <summary>Every time of crontab until then was seen to.</summary>
    public required DateTimeOffset AttendedUntil { get; init; }

    /// <summary>The counters of the database as they were read last.</summary>
    public string? Seen { get; init; }
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>The counters as they were before the newest backup of all began: what was written by then is in it.</summary>
    public string? BackedUp { get; init; }

    /// <summary>The newest backup that was asked for, and the counters as they were before it began.</summary>
    public RunId? Pending { get; init; }
    public string? PendingCounters { get; init; }

    /// <summary>When the first and the newest change were seen that no backup has.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
    public DateTimeOffset? QuietSince { get; init; }

    /// <summary>Why the counters cannot be read, or null.</summary>
    public string? Error { get; init; }
}

/// <summary>Keeps the memories of schedules.</summary>
internal sealed class ScheduleMemories(IServerMemory memory)
{
    public async Task<ScheduleMemory?> ReadAsync(string database, CancellationToken cancellationToken)
    {
        var document = await memory.ReadAsync(NameOf(database), cancellationToken);
        try
        {
            return document is null ? null : JsonSerializer.Deserialize(document, ScheduleJson.Default.ScheduleMemory);
        }
        catch (JsonException)
        {
            // As if it were new: a backup too many, and none too few.
            return null;
        }
    }

    public Task WriteAsync(string database, ScheduleMemory remembered, CancellationToken cancellationToken) =>
        memory.WriteAsync(
            NameOf(database),
            JsonSerializer.Serialize(remembered, ScheduleJson.Default.ScheduleMemory),
            cancellationToken
        );

    private static string NameOf(string database) => $"schedule {database}";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(RunIdConverter)]
)]
[JsonSerializable(typeof(ScheduleMemory))]
internal sealed partial class ScheduleJson : JsonSerializerContext;
