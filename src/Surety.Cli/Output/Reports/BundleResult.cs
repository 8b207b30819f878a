using Surety.Repository.Bundle;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety bundle</c> tells.</summary>
internal static class BundleResult
{
    public static CommandResult Of(BundleReport report, string path, long bytes, string sha256)
    {
        var backup = report.Backup;
        var text = $"""
            bundled backup {backup.Id} of {backup.Database}: {path}, {Units.Bytes(bytes)}
              sha256 {sha256}
              to bring it back: surety restore {path} --into NEW-DATABASE

            """;
        const string encrypted = "  it is encrypted: whoever restores it needs a key of the repository\n";
        return CommandResult.Of(
            new BundleDocument(
                $"{backup.Id}",
                backup.Database,
                path,
                bytes,
                sha256,
                report.Objects,
                report.IsEncrypted
            ),
            Documents.Json.BundleDocument,
            report.IsEncrypted ? text + encrypted : text
        );
    }
}

/// <summary>What <c>bundle --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record BundleDocument(
    string Backup,
    string Database,
    string Output,
    long Bytes,
    string Sha256,
    int Objects,
    bool Encrypted
);
