using Surety.Repository;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety init</c> tells.</summary>
internal static class InitReport
{
    private const string Loss = """
        Everything in it is encrypted. Without its passphrase or key file the data is
        gone for ever: nobody can help. Keep the passphrase, or a copy of the key file,
        where neither this machine nor the repository is, and beside it where the
        repository is. A second key is a second way in: surety key add
        """;

    public static CommandResult Of(string path, BackupRepository repository)
    {
        var isEncrypted = repository.Info.Encryption is not null;
        return CommandResult.Of(
            new InitDocument(path, repository.Info.Id, repository.Info.Format, isEncrypted, repository.Keys.OpenedBy),
            Documents.Json.InitDocument,
            isEncrypted ? $"made an encrypted repository in {path}\n" : $"made a repository in {path}\n",
            remark: isEncrypted ? Loss : null
        );
    }
}

/// <summary>What <c>init --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
/// <param name="Key">Id of the key that opens it, or null.</param>
internal sealed record InitDocument(string Path, string Id, int Format, bool Encrypted, string? Key);
