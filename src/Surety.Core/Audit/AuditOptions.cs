using Surety.Core.Configuration.Serving;
using Surety.Repository.Retention;

namespace Surety.Core.Audit;

/// <summary>What an audit is about.</summary>
public sealed record AuditOptions
{
    /// <summary>The beginning of the period; its end is now.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Only these databases, by their names on their servers; none: all that have backups or records.</summary>
    public IReadOnlyCollection<string> Databases { get; init; } = [];

    /// <summary>What is promised of a database, by its name.</summary>
    public Func<string, TargetSection> TargetsOf { get; init; } = _ => new TargetSection();

    /// <summary>The rules of retention of a database, by its name.</summary>
    public Func<string, RetentionRules> RulesOf { get; init; } = _ => new RetentionRules();

    /// <summary>False leaves storage out: only that reads the contents of every backup.</summary>
    public bool Storage { get; init; } = true;
}
