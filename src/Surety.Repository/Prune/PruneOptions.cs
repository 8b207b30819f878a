using Surety.Repository.Manifests;
using Surety.Repository.Retention;

namespace Surety.Repository.Prune;

/// <summary>What to keep, and how long what is not kept can still be brought back.</summary>
public sealed record PruneOptions
{
    /// <summary>A week: long enough to notice on Monday what was forgotten before the weekend.</summary>
    public static readonly TimeSpan StandardGrace = TimeSpan.FromDays(7);

    /// <summary>The rules of a database, by its name on its server; empty rules forget nothing.</summary>
    public required Func<string, RetentionRules> RulesOf { get; init; }

    /// <summary>A tag whose every value is a series of its own, or null.</summary>
    public string? GroupTag { get; init; }

    /// <summary>How long a forgotten backup can be brought back. Zero for not at all.</summary>
    public TimeSpan Grace { get; init; } = StandardGrace;

    /// <summary>The only backups that may be forgotten, or removed for good: those that somebody agreed to; null for any.</summary>
    public IReadOnlySet<BackupId>? Agreed { get; init; }

    /// <summary>How many pieces to read or delete at once; at least 1.</summary>
    public int Jobs { get; init; } = 4;
}
