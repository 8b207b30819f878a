using System.Text;
using System.Text.RegularExpressions;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Restore;

/// <param name="NoOwner">Owners and grants are left out.</param>
/// <param name="NoTablespaces">Everything goes into the default tablespace.</param>
/// <param name="MayFail">The backup is incomplete: definitions that need what it lacks cannot be restored.</param>
internal readonly record struct SchemaLoadRules(bool NoOwner, bool NoTablespaces, bool MayFail);

/// <summary>
/// Restores the sections of a backup's schema archive with pg_restore. Every statement is tried, so that one run names
/// all that is wrong; what may fail is told apart from what may not.
/// </summary>
internal sealed partial class SchemaLoad : IDisposable
{
    private readonly PostgresTools tools;
    private readonly string folder;

    private SchemaLoad(PostgresTools tools, string folder)
    {
        this.tools = tools;
        this.folder = folder;
    }

    private string ArchivePath => Path.Combine(folder, "schema.dump");
    private string ListPath => Path.Combine(folder, "schema.list");

    /// <summary>Brings the archive into a private temporary folder: a parallel pg_restore must be able to seek in it.</summary>
    public static async Task<SchemaLoad> OpenAsync(
        PostgresTools tools,
        ObjectStore objects,
        SchemaEntry schema,
        CancellationToken cancellationToken
    )
    {
        var load = new SchemaLoad(tools, Directory.CreateTempSubdirectory("surety-restore-").FullName);
        try
        {
            await using (var archive = objects.OpenStream(schema.Archive))
            await using (var file = new FileStream(load.ArchivePath, FileMode.CreateNew))
            {
                await archive.CopyToAsync(file, cancellationToken);
            }

            await load.WriteListAsync(cancellationToken);
            return load;
        }
        catch
        {
            load.Dispose();
            throw;
        }
    }

    /// <summary>Restores <c>pre-data</c> or <c>post-data</c>; returns what failed and may fail.</summary>
    /// <exception cref="SuretyException">ToolFailed, with every statement that failed and may not.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(
        ConnectionTarget target,
        string section,
        SchemaLoadRules rules,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        string[] arguments =
        [
            $"--section={section}",
            $"--dbname={SqlText.ConnectionString(target.Database)}",
            $"--use-list={ListPath}",
            $"--jobs={jobs}",
            "--no-password",
            .. rules.NoOwner ? ["--no-owner", "--no-privileges"] : Array.Empty<string>(),
            .. rules.NoTablespaces ? ["--no-tablespaces"] : Array.Empty<string>(),
            ArchivePath,
        ];
        var command = new ToolCommand(tools.PathOf(PostgresTool.PgRestore), arguments)
        {
            Environment = target.ToEnvironment(),
        };
        try
        {
            await ToolProcess.ReadTextAsync(command, cancellationToken);
            return [];
        }
        catch (SuretyException e) when (e.Code == ErrorCode.ToolFailed && rules.MayFail)
        {
            return [e.Message];
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>
    /// The archive's table of contents without large objects: versions of pg_dump differ in what they write of them
    /// without their data (seen: 15 does, 18 does not), so the backup keeps them itself.
    /// </summary>
    private async Task WriteListAsync(CancellationToken cancellationToken)
    {
        var command = new ToolCommand(tools.PathOf(PostgresTool.PgRestore), ["--list", ArchivePath]);
        var list = await ToolProcess.ReadTextAsync(command, cancellationToken);
        var kept = list.Split('\n').Where(line => !LargeObjectLine().IsMatch(line));
        await using var file = new StreamWriter(ListPath, append: false, new UTF8Encoding(false));
        await file.WriteAsync(string.Join('\n', kept).AsMemory(), cancellationToken);
    }

    [GeneratedRegex(@"^\d+; \d+ \d+ (BLOBS? |BLOB METADATA |(ACL|COMMENT|SECURITY LABEL) - LARGE OBJECTS? )")]
    private static partial Regex LargeObjectLine();
}
