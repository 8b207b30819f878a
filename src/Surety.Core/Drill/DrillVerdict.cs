using Surety.Core.Compare;

namespace Surety.Core.Drill;

/// <summary>What the validation of a copy means for the backup.</summary>
/// <param name="Failures">Why the copy is not what the backup holds.</param>
/// <param name="Warnings">Differences that are as they must be.</param>
internal sealed record DrillVerdict(IReadOnlyList<string> Failures, IReadOnlyList<string> Warnings)
{
    /// <param name="validation">The copy against the backup.</param>
    /// <param name="isComplete">Whether the backup holds everything: what needs what it lacks is not restored.</param>
    public static DrillVerdict Of(ValidationReport validation, bool isComplete)
    {
        var failures = new List<string>();
        var warnings = new List<string>();
        foreach (var table in validation.Rows.Tables.Where(t => t.Status != ComparisonStatus.Exact))
        {
            var fact = $"table {table.Name} is {Word(table.Status)}{Because(table.Reason)}";
            // Generated columns are computed anew, by functions that can have changed since.
            var isAsItMustBe = table.OnlyGenerated || (table.Status == ComparisonStatus.Extra && !isComplete);
            (isAsItMustBe ? warnings : failures).Add(fact);
        }

        if (validation.Rows.LargeObjects is { Status: not ComparisonStatus.Exact } objects)
        {
            failures.Add($"the large objects differ{Because(objects.Reason)}");
        }

        failures.AddRange(
            validation
                .Rows.Sequences.Where(s => s.Status != ComparisonStatus.Exact)
                .Select(s => $"sequence {s.Name} is {Word(s.Status)}")
        );
        (isComplete ? failures : warnings).AddRange(
            validation.Schema.Differences.Select(d => $"schema: {d.Definition} {d.Change}".ToLowerInvariant())
        );
        if (validation.Schema.Doubt is { } doubt)
        {
            warnings.Add($"the schemas could only be compared as texts: {doubt}");
        }

        return new DrillVerdict(failures, warnings);
    }

    private static string Word(ComparisonStatus status) =>
        status switch
        {
            ComparisonStatus.Missing => "missing",
            ComparisonStatus.Extra => "in no backup",
            _ => "different",
        };

    private static string Because(string reason) => reason.Length == 0 ? "" : $": {reason}";
}
