using Surety.Core.Postgres;

namespace Surety.Core.Restore;

/// <summary>Where a backup is restored to and how.</summary>
public sealed record RestoreOptions
{
    /// <summary>The server and the database to make; the database must not exist, or be empty.</summary>
    public required ConnectionTarget Target { get; init; }

    /// <summary>Number of sessions that load rows or build indexes at once.</summary>
    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Everything belongs to the restoring role, without grants: for a server that has other roles.</summary>
    public bool NoOwner { get; init; }

    /// <summary>The definitions alone: there are no rows to prove.</summary>
    internal bool SchemaOnly { get; init; }

    /// <summary>Creates the roles that are missing, unable to log in and without passwords.</summary>
    public bool CreateRoles { get; init; }
}

/// <summary>What a restore did.</summary>
public sealed record RestoreReport
{
    public required string Database { get; init; }
    public required int Tables { get; init; }
    public required long Rows { get; init; }

    /// <summary>Plain bytes of rows loaded.</summary>
    public required long RawBytes { get; init; }
    public required double DurationSeconds { get; init; }

    /// <summary>How much of it went into reading every row again and comparing it with the backup.</summary>
    public required double ProofSeconds { get; init; }

    /// <summary>Roles that were created.</summary>
    public IReadOnlyList<string> CreatedRoles { get; init; } = [];

    /// <summary>
    /// What could not be restored since the backup does not hold it, and what killed restores left on the server; each
    /// as a line for people.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
