using Surety.Repository;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety init</c> tells.</summary>
internal static class InitReport
{
    public static CommandResult Of(string path, RepositoryInfo info) =>
        CommandResult.Of(
            new InitDocument(path, info.Id, info.Format),
            Documents.Json.InitDocument,
            $"made a repository in {path}\n"
        );
}

/// <summary>What <c>init --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record InitDocument(string Path, string Id, int Format);
