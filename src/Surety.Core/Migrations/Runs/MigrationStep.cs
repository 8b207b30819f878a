using Surety.Core.Migrations.Files;
using Surety.Core.Migrations.Rules;

namespace Surety.Core.Migrations.Runs;

/// <summary>A migration that is to run, or to be taken back.</summary>
/// <param name="Script">What runs.</param>
/// <param name="Undoes">The row of what is taken back; null where a migration runs.</param>
internal sealed record MigrationStep(Migration Migration, RunnableScript Script, RecordedMigration? Undoes)
{
    /// <summary>What the check found in it, the worst first.</summary>
    public IReadOnlyList<MigrationFinding> Findings { get; init; } = [];

    public RiskLevel Risk => Findings.Count == 0 ? RiskLevel.None : Findings.Max(finding => finding.Risk);
}

/// <summary>Something that the check found in a script.</summary>
/// <param name="Rule">Its name, for example <c>drop-column</c>.</param>
/// <param name="Reason">What happens, for people.</param>
/// <param name="Ignored">Why the check is silent about it, which changes nothing here; null where it is not.</param>
public sealed record MigrationFinding(
    string File,
    int Line,
    RiskLevel Risk,
    string Rule,
    string Reason,
    string? Ignored = null
);
