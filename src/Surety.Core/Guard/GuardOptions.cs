using Surety.Core.Postgres;

namespace Surety.Core.Guard;

/// <summary>What becomes of the changes of a command that failed.</summary>
public enum OnFailure
{
    /// <summary>Somebody is asked.</summary>
    Ask,
    Rollback,
    Keep,
}

/// <summary>What is run, and against what.</summary>
public sealed record GuardOptions
{
    /// <summary>The database that the command may change.</summary>
    public required ConnectionTarget Target { get; init; }

    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The command as people may read it: without secrets.</summary>
    public required string CommandText { get; init; }
    public required string WorkingDirectory { get; init; }

    /// <summary>The PATH in which the program is looked for.</summary>
    public required string? SearchPath { get; init; }
    public required OnFailure OnFailure { get; init; }

    /// <summary>Takes the changes back, also those of a command that succeeded.</summary>
    public bool DryRun { get; init; }

    /// <summary>The command's standard output goes to its standard error: Surety has a document to print.</summary>
    public bool OutputToError { get; init; }

    /// <summary>Number of sessions that read or load rows at once.</summary>
    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);
}
