using Surety.Core.Migrations.Files;

namespace Surety.Core.Migrations.Runs;

internal enum MigrationState
{
    /// <summary>It began, outside a transaction, and nobody recorded its end.</summary>
    Started,
    Done,

    /// <summary>It was not run: the database had it when the history began.</summary>
    Baseline,
}

/// <summary>A row of the table of what ran.</summary>
internal sealed record RecordedMigration
{
    public required long Id { get; init; }

    /// <summary>Null for a repeatable one, of which each run has a row.</summary>
    public required MigrationVersion? Version { get; init; }
    public required string Name { get; init; }
    public required string File { get; init; }
    public required string Checksum { get; init; }
    public required MigrationState State { get; init; }
    public required string Risk { get; init; }

    /// <summary>How many statements are known to be in effect.</summary>
    public required int Statements { get; init; }

    /// <summary>The backup that was made before it.</summary>
    public required string? Backup { get; init; }
    public required string? ApprovedBy { get; init; }
    public required string RunBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset? FinishedAt { get; init; }
    public required string? Error { get; init; }

    public string Title => Version is { } version ? $"{version} {Name}".TrimEnd() : Name;
}
