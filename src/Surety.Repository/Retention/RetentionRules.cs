namespace Surety.Repository.Retention;

/// <summary>
/// Which backups of a series are kept; a backup stays where any rule keeps it. No rules at all keep everything. Numbers
/// are positive, or null for no such rule.
/// </summary>
public sealed record RetentionRules
{
    /// <summary>The newest so many.</summary>
    public int? Last { get; init; }

    /// <summary>What is no older than this, counted back from the newest backup: where no more come, no more go.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>The newest of each of the last so many hours that have one, in UTC; likewise those below.</summary>
    public int? Hourly { get; init; }

    public int? Daily { get; init; }

    /// <summary>Weeks as ISO 8601 counts them: from Monday.</summary>
    public int? Weekly { get; init; }

    public int? Monthly { get; init; }

    public int? Yearly { get; init; }

    /// <summary>Whatever has one of these tags with this value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; } = [];

    /// <summary>True where nothing is ever forgotten.</summary>
    public bool IsEmpty =>
        (Last ?? Hourly ?? Daily ?? Weekly ?? Monthly ?? Yearly) is null && Within is null && Tags.Count == 0;
}
