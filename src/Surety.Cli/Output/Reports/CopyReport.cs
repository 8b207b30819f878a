using System.Text;
using Surety.Cli.Commands;
using Surety.Repository.Copy;
using Surety.Repository.Errors;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety copy</c> tells.</summary>
internal static class CopyReport
{
    public static CommandResult Of(IReadOnlyList<TargetOutcome> outcomes) =>
        CommandResult.Of(
            new CopyDocument([.. outcomes.Select(CopyDocumentTarget.Of)]),
            Documents.Json.CopyDocument,
            string.Concat(outcomes.Select(Text)),
            ExitCode(outcomes)
        );

    // One target, one reason: scripts see it as if nothing else had been asked for.
    private static int ExitCode(IReadOnlyList<TargetOutcome> outcomes) =>
        outcomes switch
        {
            [{ Failure: { } failure }] => failure.ExitCode,
            _ when outcomes.Any(outcome => outcome.Failure is not null) => ExitCodes.Failed,
            _ => ExitCodes.Done,
        };

    private static string Text(TargetOutcome outcome)
    {
        var text = new StringBuilder();
        foreach (var backup in outcome.Copied)
        {
            text.Append(
                $"{outcome.Target}: backup {backup.Manifest.Id} of {backup.Manifest.Database} {Done(backup)}\n"
            );
        }

        if (outcome.Failure is { } failure)
        {
            text.Append($"{outcome.Target}: FAILED: {failure.Message}\n");
            text.Append(failure.Hint is null ? "" : $"  HINT: {failure.Hint}\n");
        }

        return text.ToString();
    }

    private static string Done(CopiedBackup backup)
    {
        var written = $"{Units.Bytes(backup.NewBytes)} new in {Units.Count(backup.NewObjects, "object")}";
        return backup.Outcome switch
        {
            CopyOutcome.Present => "was there already",
            CopyOutcome.Repaired => $"was damaged there and is repaired, {written}, verified",
            _ => $"copied, {written}, read back",
        };
    }
}

/// <summary>What <c>copy --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record CopyDocument(IReadOnlyList<CopyDocumentTarget> Targets);

internal sealed record CopyDocumentTarget(
    string Repository,
    string Outcome,
    IReadOnlyList<CopyDocumentBackup> Backups,
    ErrorBody? Error
)
{
    public static CopyDocumentTarget Of(TargetOutcome outcome) =>
        new(
            outcome.Target,
            outcome.Failure is null ? "done" : "failed",
            [.. outcome.Copied.Select(CopyDocumentBackup.Of)],
            outcome.Failure is { } failure
                ? new ErrorBody(ErrorNames.NameOf(failure.Code), failure.Message, failure.Hint)
                : null
        );
}

internal sealed record CopyDocumentBackup(string Id, string Outcome, long StoredBytes, long NewBytes, int NewObjects)
{
    public static CopyDocumentBackup Of(CopiedBackup backup) =>
        new(
            backup.Manifest.Id.ToString(),
            $"{backup.Outcome}".ToLowerInvariant(),
            backup.Manifest.Figures.StoredBytes,
            backup.NewBytes,
            backup.NewObjects
        );
}
