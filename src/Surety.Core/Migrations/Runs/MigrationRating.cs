using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Files;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Runs;

/// <summary>
/// Has the check rate what is to run. It reads the whole folder, since earlier files tell the types of columns. What a
/// comment or the configuration has ignored counts too: that silences the check, and does not replace a backup or somebody
/// who agrees.
/// </summary>
internal static class MigrationRating
{
    public static IReadOnlyList<MigrationStep> Rate(
        MigrationFolder folder,
        IReadOnlyList<MigrationStep> steps,
        int serverMajor,
        IReadOnlyDictionary<string, string> ignored
    )
    {
        IEnumerable<MigrationScript> before = folder.Versioned.Concat(folder.Repeatable).Select(m => m.Up);
        var wanted = steps.Select(step => step.Script.Script).ToList();
        var scripts = before.Concat(wanted.Except(before)).ToList();
        var report = MigrationCheck.Run(
            scripts,
            new CheckOptions
            {
                Version = Math.Clamp(serverMajor, CheckOptions.OldestVersion, CheckOptions.NewestVersion),
                Ignored = ignored,
            }
        );
        return [.. steps.Select(step => step with { Findings = FindingsOf(step, report) })];
    }

    private static List<MigrationFinding> FindingsOf(MigrationStep step, CheckReport report) =>
        [
            .. report
                .Scripts.Where(script => script.Source == step.Script.Script.Source)
                .SelectMany(script => script.Statements)
                .SelectMany(statement => statement.Findings)
                // Surety sets one.
                .Where(finding => finding.Rule != RuleBook.MissingLockTimeout)
                .Select(f => new MigrationFinding(
                    step.Script.File,
                    f.Position.Line,
                    f.Risk,
                    f.Rule.Name,
                    $"{f.Message}: {f.Rule.Why}",
                    f.Ignored
                ))
                .OrderByDescending(f => f.Risk),
        ];
}
