using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety pin</c> and <c>surety unpin</c> tell.</summary>
internal static class PinResult
{
    public static CommandResult Of(Manifest manifest, BackupMark mark) =>
        CommandResult.Of(
            new PinDocument(manifest.Id.ToString(), manifest.Database, mark.Passed, mark.Reason),
            Documents.Json.PinDocument,
            mark.Passed
                ? $"backup {manifest.Id} of {manifest.Database} is pinned: it stays until surety unpin {manifest.Id}\n"
                : $"backup {manifest.Id} of {manifest.Database} is not pinned: rules may forget it\n"
        );
}

/// <summary>What <c>pin --json</c> and <c>unpin --json</c> print. Part of the command-line contract: add, never change.</summary>
internal sealed record PinDocument(string Backup, string Database, bool Pinned, string? Reason);
