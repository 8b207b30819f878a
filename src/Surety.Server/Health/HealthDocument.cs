using System.Text.Json;
using System.Text.Json.Serialization;

namespace Surety.Server.Health;

/// <summary>What a health endpoint answers.</summary>
/// <param name="Status">One word: <c>alive</c>; <c>ready</c>, <c>not ready</c>; <c>healthy</c>, <c>unhealthy</c>.</param>
public sealed record HealthAnswer(string Status)
{
    /// <summary>Why it is not ready; left out where it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>Those that the one who asks may see; left out for somebody without a token.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HealthDocument>? Databases { get; init; }
}

/// <summary>How well a database is protected, for programs. Ages and durations in seconds, sizes in bytes.</summary>
public sealed record HealthDocument
{
    public required string Name { get; init; }

    public required string Repository { get; init; }

    /// <summary><c>healthy</c> or <c>unhealthy</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Of <c>missing</c>, <c>damaged</c>, <c>empty</c>, <c>stale</c>, <c>unproven</c>, <c>unreachable</c>.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>What the faults are about, as far as there is more to say.</summary>
    public required IReadOnlyList<string> Details { get; init; }

    public required string? NewestBackup { get; init; }

    public required double? AgeSeconds { get; init; }

    public required string? NewestProvenBackup { get; init; }

    public required double? ProvenAgeSeconds { get; init; }

    public required double? RpoSeconds { get; init; }

    /// <summary><c>none</c>, <c>met</c>, <c>missed</c>, <c>unknown</c>.</summary>
    public required string Rpo { get; init; }

    public required double? RestoreSeconds { get; init; }

    /// <summary>What is configured, else the goal of 30 minutes.</summary>
    public required double RtoSeconds { get; init; }

    /// <summary><c>met</c>, <c>missed</c>, or <c>unknown</c>: no drill has measured it.</summary>
    public required string Rto { get; init; }

    /// <summary>Of the backups of 30 days, from 0 to 1.</summary>
    public required double? SuccessRatio { get; init; }

    public required int Backups { get; init; }

    public required long DataBytes { get; init; }

    /// <summary>What all backups take in the repository, as last counted; null where that was not done yet.</summary>
    public required long? StoredBytes { get; init; }

    public required DateTimeOffset? StorageCountedAt { get; init; }

    public static HealthDocument Of(DatabaseHealth health) =>
        new()
        {
            Name = health.Name,
            Repository = health.Repository,
            Status = health.IsWell ? "healthy" : "unhealthy",
            Faults = [.. health.Faults.Select(fault => Word(fault))],
            Details = health.Unreachable is { } error ? [error.Message] : health.Damages,
            NewestBackup = health.Newest?.Id.ToString(),
            AgeSeconds = health.Age?.TotalSeconds,
            NewestProvenBackup = health.NewestProven?.Id.ToString(),
            ProvenAgeSeconds = health.ProvenAge?.TotalSeconds,
            RpoSeconds = health.Targets.Rpo?.TotalSeconds,
            Rpo = Word(health.Rpo),
            RestoreSeconds = health.RestoreSeconds,
            RtoSeconds = health.Targets.RestoreTarget.TotalSeconds,
            Rto = Word(health.Rto),
            SuccessRatio = health.Success.Ratio,
            Backups = health.Storage.Backups,
            DataBytes = health.Storage.DataBytes,
            StoredBytes = health.Storage.StoredBytes,
            StorageCountedAt = health.Storage.CountedAt,
        };

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}");
}
