using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Rules;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>What <c>rehearse</c> saw.</summary>
public sealed record RehearsalReport
{
    /// <summary>The backup that the copy was made from; null where the database was empty.</summary>
    public required Manifest? Backup { get; init; }

    /// <summary>True where the copy had the definitions of the backup and no rows: no loss could be seen.</summary>
    public required bool SchemaOnly { get; init; }

    /// <summary>The server that it was run on.</summary>
    public required string ServerVersion { get; init; }

    /// <summary>Who ran it.</summary>
    public required string Role { get; init; }

    /// <summary>How long the backup took to be restored and proven, which the copy was made by.</summary>
    public double RestoreSeconds { get; init; }

    public required ScriptsReport Up { get; init; }

    /// <summary>The way down again; null where there is none, or the way up failed.</summary>
    public ScriptsReport? Down { get; init; }

    /// <summary>Whether the down migrations brought everything back; null where they did not run to their end.</summary>
    public ReturnReport? Return { get; init; }

    /// <summary>What the restore of the copy has to say, each as a line for people.</summary>
    public IReadOnlyList<string> RestoreWarnings { get; init; } = [];

    /// <summary>What could not be seen or was not run, each as a line for people.</summary>
    public IEnumerable<string> Warnings =>
        [
            .. RestoreWarnings,
            .. Up.Warnings,
            .. Down?.Warnings ?? [],
            .. Return is { Doubt: { } doubt }
                ? [$"definitions could be compared by their text alone: {doubt}"]
                : Array.Empty<string>(),
        ];

    /// <summary>Of the way up: that is what is going to be run.</summary>
    public RiskLevel Risk => Up.Statements.Select(s => s.Risk).DefaultIfEmpty().Max();

    /// <summary>The statement that failed; null where everything ran.</summary>
    public FailedStatement? Failure => Up.Failure ?? Down?.Failure;
}

/// <summary>Scripts that were run one after the other.</summary>
public sealed record ScriptsReport
{
    /// <summary>As the user named them.</summary>
    public required IReadOnlyList<string> Files { get; init; }
    public required IReadOnlyList<RehearsedStatement> Statements { get; init; }

    /// <summary>Locks on tables that were there before, the longest first.</summary>
    public required IReadOnlyList<LockHold> Locks { get; init; }
    public FailedStatement? Failure { get; init; }

    /// <summary>What the statements and commits took, without what Surety did in between.</summary>
    public required double DurationSeconds { get; init; }

    /// <summary>What was there before and is gone in the end, table by table.</summary>
    public required IReadOnlyList<TableLoss> Losses { get; init; }

    /// <summary>What was not run, or not seen, each as a line for people.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>One statement, and what it really did.</summary>
public sealed record RehearsedStatement
{
    public required string File { get; init; }

    /// <summary>From 1.</summary>
    public required int Line { get; init; }
    public required string Sql { get; init; }
    public required double DurationSeconds { get; init; }
    public required StatementEffects Effects { get; init; }

    /// <summary>The risk of what was seen, with these rows.</summary>
    public required RiskLevel Observed { get; init; }

    /// <summary>What was seen, most weighty first.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>What <c>check</c> says of its text; null where it was not asked.</summary>
    public RatedStatement? Rating { get; init; }

    /// <summary>The greater of both: with other rows, more can happen than was seen.</summary>
    public RiskLevel Risk => Rating is { OpenRisk: var rated } && rated > Observed ? rated : Observed;
}

/// <summary>A statement that the server refused, with the rows that made it fail where they can be found.</summary>
public sealed record FailedStatement
{
    public required string File { get; init; }
    public required int Line { get; init; }
    public required string Sql { get; init; }
    public required string SqlState { get; init; }

    /// <summary>The server's words, without values unless they were asked for.</summary>
    public required string Message { get; init; }
    public string? Detail { get; init; }
    public string? Hint { get; init; }

    /// <summary>Null where no rows of a table are the reason, or none could be found.</summary>
    public OffendingRows? Rows { get; init; }
}

/// <param name="Table">Qualified.</param>
/// <param name="Count">How many there are.</param>
/// <param name="What">What is the matter with them, as the end of "12 rows ...".</param>
/// <param name="Sample">Some of them, by key, with their values where these were asked for.</param>
public sealed record OffendingRows(string Table, long Count, string What, IReadOnlyList<string> Sample);

/// <param name="Table">Qualified.</param>
/// <param name="HeldSeconds">From the beginning of the statement that took it to the end of the transaction.</param>
/// <param name="Line">Of the statement that took it.</param>
public sealed record LockHold(string Table, LockMode Mode, double HeldSeconds, string File, int Line);

/// <param name="Schema">Definitions that are not as they were.</param>
/// <param name="Rows">Tables, sequences and large objects whose contents are not as they were, each as a line for people.</param>
/// <param name="RowsCompared">False where there were none to compare.</param>
/// <param name="Doubt">Why definitions could be compared by their text alone, which may differ and mean the same; else null.</param>
public sealed record ReturnReport(
    IReadOnlyList<string> Schema,
    IReadOnlyList<string> Rows,
    bool RowsCompared,
    string? Doubt
)
{
    public bool IsBack => Schema.Count == 0 && Rows.Count == 0;
}
