using Surety.Core.Guard;
using Surety.Core.Migrations.Rules;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Runs;

/// <summary>Whether migrations run on a copy first.</summary>
public enum RehearsalWish
{
    /// <summary>From medium risk on.</summary>
    Auto,
    Always,
    Never,
}

/// <summary>What is run, and with which care.</summary>
public sealed record MigrationOptions
{
    public const int StandardAttempts = 5;

    public static TimeSpan StandardLockTimeout { get; } = TimeSpan.FromSeconds(5);

    public required ConnectionTarget Target { get; init; }

    /// <summary>Full path of the folder that holds the migrations.</summary>
    public required string Folder { get; init; }

    /// <summary>The folder as the user named it.</summary>
    public required string ShownFolder { get; init; }

    /// <summary>True to take migrations back.</summary>
    public bool Down { get; init; }

    /// <summary>Up: the last version to run. Down: the last one to keep. Null: all that is pending; the newest one.</summary>
    public string? To { get; init; }

    /// <summary>Everything up to this version counts as run.</summary>
    public string? Baseline { get; init; }

    /// <summary>Plans and checks, and changes nothing.</summary>
    public bool DryRun { get; init; }
    public RehearsalWish Rehearse { get; init; }

    /// <summary>A server to rehearse on; null for one that Surety starts.</summary>
    public ConnectionTarget? Scratch { get; init; }

    /// <summary>Rules of the check that are ignored everywhere, by name, each with the reason: told as such, and counted.</summary>
    public IReadOnlyDictionary<string, string> Ignored { get; init; } = new Dictionary<string, string>();

    /// <summary>The risk that nobody is asked about; below high, what is high is asked for.</summary>
    public RiskLevel Allowed { get; init; } = RiskLevel.Medium;

    /// <summary>Who agreed to what is allowed, or answers for what is typed.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>How long a statement waits for a lock.</summary>
    public TimeSpan LockTimeout { get; init; } = StandardLockTimeout;

    /// <summary>How often a migration is tried where others are in its way.</summary>
    public int Attempts { get; init; } = StandardAttempts;

    /// <summary>What becomes of what was committed before a failure.</summary>
    public OnFailure OnFailure { get; init; } = OnFailure.Keep;

    /// <summary>Number of sessions that read or load rows at once.</summary>
    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);
}
