using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

public sealed record RehearsalOptions
{
    /// <summary>A server to make the copy on, and a database of it to connect to; null for a scratch server.</summary>
    public ConnectionTarget? Scratch { get; init; }

    /// <summary>The definitions of the backup without its rows.</summary>
    public bool SchemaOnly { get; init; }

    /// <summary>Who runs the migration; null for the owner of the database.</summary>
    public string? Role { get; init; }

    /// <summary>Values of rows may be shown, not their keys alone.</summary>
    public bool ShowValues { get; init; }

    /// <summary>Rules of the check that are ignored everywhere, by name, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> Ignored { get; init; } = new Dictionary<string, string>();

    /// <summary>Number of sessions that load or read rows at once.</summary>
    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);
}
