using System.Collections.Frozen;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Tools;

/// <summary>
/// Finds the PostgreSQL programs of this machine. It looks once, when first asked, and remembers the answer.
/// </summary>
public sealed class ToolLocator
{
    // A program on a dead network mount never answers.
    private static readonly TimeSpan VersionPatience = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<string> folders;
    private readonly Lazy<Task<ToolInventory>> inventory;

    /// <param name="environment">Reads an environment variable: <c>SURETY_PG_BIN</c> and <c>PATH</c> are asked for.</param>
    public ToolLocator(Func<string, string?> environment)
        : this(ToolSearch.Folders(environment)) { }

    internal ToolLocator(IReadOnlyList<string> folders)
    {
        this.folders = folders;
        inventory = new Lazy<Task<ToolInventory>>(LookAsync);
    }

    /// <summary>Begins to look, for whoever will ask only after something else that takes time.</summary>
    internal void LookAhead() => _ = inventory.Value;

    /// <summary>Everything that was found, the newest version first.</summary>
    public Task<ToolInventory> InventoryAsync(CancellationToken cancellationToken) =>
        inventory.Value.WaitAsync(cancellationToken);

    /// <summary>
    /// The programs to dump a server of a major version with: those of the same major version, else of the lowest newer
    /// one (pg_dump reads older servers, never newer ones; PostgreSQL manual, pg_dump, Notes).
    /// </summary>
    /// <exception cref="SuretyException"><see cref="ErrorCode.ToolMissing"/> where there are none.</exception>
    public async Task<PostgresTools> ClientForAsync(int serverMajor, CancellationToken cancellationToken) =>
        (await InventoryAsync(cancellationToken)).ClientFor(serverMajor);

    /// <summary>
    /// The programs to restore a schema with that a pg_dump of a major version wrote: those of the same major version, else
    /// of the lowest newer one. Which server it goes to does not matter.
    /// </summary>
    /// <exception cref="SuretyException"><see cref="ErrorCode.ToolMissing"/> where there are none.</exception>
    public async Task<PostgresTools> ClientForArchiveAsync(int pgDumpMajor, CancellationToken cancellationToken) =>
        (await InventoryAsync(cancellationToken)).ClientForArchive(pgDumpMajor);

    /// <summary>
    /// The programs to run a scratch server with: those of the major version asked for, else of the lowest newer one;
    /// without a wish, of the newest.
    /// </summary>
    /// <exception cref="SuretyException"><see cref="ErrorCode.ToolMissing"/> where there are none.</exception>
    public async Task<PostgresTools> ServerAsync(int? minimumMajor, CancellationToken cancellationToken) =>
        (await InventoryAsync(cancellationToken)).Server(minimumMajor);

    private async Task<ToolInventory> LookAsync()
    {
        var candidates = folders.Select(ToolSearch.Resolve).OfType<string>().Distinct(StringComparer.Ordinal);
        var looked = await Task.WhenAll(candidates.Select(ReadAsync));
        return new ToolInventory(
            [.. looked.Select(one => one.Found).OfType<PostgresTools>().OrderByDescending(tools => tools.Version)],
            [.. looked.Select(one => one.Unusable).OfType<UnusableTools>()]
        );
    }

    private static async Task<(PostgresTools? Found, UnusableTools? Unusable)> ReadAsync(string folder)
    {
        var programs = Enum.GetValues<PostgresTool>()
            .Where(tool => File.Exists(Path.Combine(folder, tool.FileName())))
            .ToFrozenSet();
        var asked = programs.Contains(PostgresTool.PgDump) ? PostgresTool.PgDump : PostgresTool.Postgres;
        using var patience = new CancellationTokenSource(VersionPatience);
        try
        {
            var command = new ToolCommand(Path.Combine(folder, asked.FileName()), ["--version"]);
            var printed = await ToolProcess.ReadTextAsync(command, patience.Token);
            return ToolVersion.TryParse(printed, out var version)
                ? (new PostgresTools(folder, version, programs), null)
                : (null, new UnusableTools(folder, $"{asked.ProgramName()} --version prints no PostgreSQL version"));
        }
        catch (SuretyException problem)
        {
            return (null, new UnusableTools(folder, problem.Message));
        }
        catch (OperationCanceledException)
        {
            return (null, new UnusableTools(folder, $"{asked.ProgramName()} --version does not answer"));
        }
    }
}
