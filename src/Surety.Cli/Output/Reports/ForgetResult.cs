using System.Text;
using Surety.Repository.Manifests;
using Surety.Repository.Prune;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety forget</c> and <c>surety unforget</c> tell.</summary>
internal static class ForgetResult
{
    public static CommandResult Of(IReadOnlyList<ForgettableBackup> backups)
    {
        var text = new StringBuilder();
        foreach (var backup in backups)
        {
            text.Append($"forgot backup {backup}\n");
        }

        var days = (int)PruneOptions.StandardGrace.TotalDays;
        text.Append($"  nothing is deleted yet: surety prune does that {days} days from now or later\n");
        text.Append("  to bring it back until then: surety unforget ID\n");
        return CommandResult.Of(
            new ForgetDocument([.. backups.Select(b => new ForgetDocumentBackup(b.Id.ToString(), b.Database))]),
            Documents.Json.ForgetDocument,
            text.ToString()
        );
    }

    public static CommandResult BroughtBack(Manifest manifest) =>
        CommandResult.Of(
            new UnforgetDocument(manifest.Id.ToString(), manifest.Database),
            Documents.Json.UnforgetDocument,
            $"backup {manifest.Id} of {manifest.Database} is back\n"
        );
}

/// <summary>What <c>forget --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record ForgetDocument(IReadOnlyList<ForgetDocumentBackup> Forgotten);

internal sealed record ForgetDocumentBackup(string Backup, string? Database);

/// <summary>What <c>unforget --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record UnforgetDocument(string Backup, string Database);
