using Surety.Repository.Manifests;

namespace Surety.Core.Diagnosis;

public enum FindingLevel
{
    Ok,
    Warning,

    /// <summary>Something that a backup needs is missing, or a backup would be incomplete.</summary>
    Problem,
}

/// <summary>The outcome of one check.</summary>
/// <param name="Subject">What was looked at: <c>repository</c>, <c>tools</c>, <c>server</c>, ...</param>
/// <param name="Fact">What was found, as a lower-case fact.</param>
/// <param name="Advice">What to do about it, or null.</param>
public sealed record Finding(string Subject, FindingLevel Level, string Fact, string? Advice = null);

/// <summary>Everything that the doctor found.</summary>
/// <param name="Incomplete">What a backup by this role would lack.</param>
public sealed record Diagnosis(IReadOnlyList<Finding> Findings, IReadOnlyList<IncompleteItem> Incomplete)
{
    /// <summary>True where a backup now would succeed and hold everything, as far as can be told beforehand.</summary>
    public bool Healthy => Findings.All(finding => finding.Level != FindingLevel.Problem);
}
