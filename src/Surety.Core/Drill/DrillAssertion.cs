namespace Surety.Core.Drill;

/// <summary>What must be true of a restored copy beyond being equal to the backup.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Sql">A query with one value as its result.</param>
/// <param name="Expect">That value as PostgreSQL writes it; <c>true</c> and <c>false</c> for booleans, <c>null</c> for NULL.</param>
public sealed record DrillAssertion(string Name, string Sql, string Expect)
{
    /// <summary>What an assertion that names no value has to give.</summary>
    public const string True = "true";
}

/// <summary>What an assertion gave.</summary>
/// <param name="Actual">The value, or null where there was none.</param>
/// <param name="Problem">Why there was none: what the server said, or how many values came; else null.</param>
public sealed record AssertionResult(DrillAssertion Assertion, string? Actual, string? Problem)
{
    public bool Holds => Problem is null && Actual == Assertion.Expect;

    /// <summary>Why it does not hold, as a fact.</summary>
    public string Failure =>
        $"assertion \"{Assertion.Name}\" {(Problem is null ? $"gave {Actual} instead of {Assertion.Expect}" : $"failed: {Problem}")}";
}
