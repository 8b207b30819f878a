namespace Surety.Core.Migrations.Check;

/// <summary>How to check.</summary>
public sealed record CheckOptions
{
    /// <summary>The newest PostgreSQL whose statements are known.</summary>
    public const int NewestVersion = 18;

    public const int OldestVersion = 9;

    /// <summary>True for a major version that a script can be for; those to come are taken as the newest.</summary>
    public static bool IsVersion(int version) => version is >= OldestVersion and <= 99;

    /// <summary>PostgreSQL's major version that the script is for.</summary>
    public int Version { get; init; } = NewestVersion;

    /// <summary>True where whatever runs the scripts puts each into a transaction of its own.</summary>
    public bool InTransaction { get; init; }

    /// <summary>Rules that are ignored everywhere, by name, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> Ignored { get; init; } = new Dictionary<string, string>();

    /// <summary>Rules that only speak when asked to, and are.</summary>
    public IReadOnlySet<string> Added { get; init; } = new HashSet<string>();
}
