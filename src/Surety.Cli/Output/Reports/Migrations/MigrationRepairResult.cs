using Surety.Core.Migrations.Runs;

namespace Surety.Cli.Output.Reports.Migrations;

/// <summary>What <c>migrate repair</c> prints.</summary>
internal static class MigrationRepairResult
{
    public static CommandResult Of(string title, MigrationTruth truth)
    {
        var (word, fact) = truth switch
        {
            MigrationTruth.Done => ("done", "is recorded as done"),
            MigrationTruth.NotDone => ("not-done", "is recorded as not in effect, and runs again"),
            _ => ("file-accepted", "is recorded with its file as it is now"),
        };
        return CommandResult.Of(
            new MigrationRepairDocument(title, word),
            Documents.Json.MigrationRepairDocument,
            $"{title} {fact}\n"
        );
    }
}

/// <summary>What <c>migrate repair --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record MigrationRepairDocument(string Migration, string Recorded);
