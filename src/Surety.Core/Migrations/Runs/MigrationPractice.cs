using Surety.Core.Migrations.Rehearsal;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.Runs;

/// <summary>Has the migrations of a plan rehearsed on a copy of the backup that is the way back from them.</summary>
internal static class MigrationPractice
{
    /// <exception cref="SuretyException">What kept the rehearsal from being held.</exception>
    public static async Task<RehearsedMigrations> HoldAsync(
        BackupRepository repository,
        ToolLocator tools,
        OperationProgress progress,
        Manifest backup,
        MigrationPlan plan,
        MigrationOptions options,
        CancellationToken cancellationToken
    )
    {
        var contents = await repository.Manifests.ReadContentsAsync(backup, cancellationToken);
        var report = await new MigrationRehearsal(repository, tools, progress).RunAsync(
            backup,
            FilesOf(plan, options),
            new RehearsalOptions
            {
                Scratch = options.Scratch,
                // A role that no object names is not on the copy; the owner of the database stands for it.
                Role = contents.Roles.Any(role => role.Name == options.Target.User) ? options.Target.User : null,
                Jobs = options.Jobs,
            },
            cancellationToken
        );
        return new RehearsedMigrations(
            backup.Id,
            report.RestoreSeconds,
            report.Up.DurationSeconds,
            report.Risk,
            [.. Facts(report)],
            report.Up.Failure is { } failed ? Describe(failed) : null
        );
    }

    /// <summary>The very texts that are going to run, not the files of a moment later.</summary>
    private static RehearsedFiles FilesOf(MigrationPlan plan, MigrationOptions options)
    {
        return RehearsedFiles.Of(
            [.. plan.Steps.Select(step => (Of(step.Script.Script), step.Migration.Down is { } down ? Of(down) : null))],
            // What takes a migration back is tried with it; there is no way back from a way back.
            down: !options.Down
        );

        RehearsedFile Of(MigrationScript script) => new(script, Path.Combine(options.Folder, script.File));
    }

    private static IEnumerable<string> Facts(RehearsalReport report) =>
        [
            .. report
                .Up.Statements.Where(statement => statement.Risk >= RiskLevel.Medium)
                .OrderByDescending(statement => statement.Risk)
                .SelectMany(statement =>
                    statement.Reasons.Select(reason => $"{statement.File}:{statement.Line} {reason}")
                ),
            .. report
                .Up.Locks.Take(1)
                .Select(held => $"longest lock: {held.Mode} on {held.Table}, {held.HeldSeconds:0.###} s"),
            .. WayDown(report),
            .. report.Warnings,
        ];

    private static IEnumerable<string> WayDown(RehearsalReport report) =>
        report switch
        {
            { Down.Failure: { } failed } => [$"the way down FAILED: {Describe(failed)}"],
            { Return: { IsBack: true } } => ["the way down was run, and everything was as before"],
            { Return: { } left } =>
            [
                "the way down was run, and does not bring everything back:",
                .. left.Schema.Concat(left.Rows),
            ],
            _ => [],
        };

    private static string Describe(FailedStatement failed) =>
        $"{failed.File}:{failed.Line}: {failed.Message}"
        + (failed.Rows is { } rows ? $" ({rows.Count} rows of {rows.Table} {rows.What})" : "");
}
