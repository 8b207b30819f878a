using System.Text;
using System.Text.RegularExpressions;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Schema;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Restore;

/// <param name="NoOwner">Owners and grants are left out.</param>
/// <param name="NoTablespaces">Everything goes into the default tablespace.</param>
/// <param name="MayFail">The backup is incomplete: definitions that need what it lacks cannot be restored.</param>
/// <param name="ServerMajor">The major version of the server to restore into.</param>
internal readonly record struct SchemaLoadRules(bool NoOwner, bool NoTablespaces, bool MayFail, int ServerMajor);

/// <summary>The script of some tables: what comes before their rows and what comes after.</summary>
internal sealed record TableScript(string BeforeRows, string AfterRows, IReadOnlyList<ArchiveEntry> Entries);

/// <summary>Restores a backup's schema archive, or parts of it, with pg_restore.</summary>
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
            await using var archive = objects.OpenStream(schema.Archive);
            await using var file = new FileStream(load.ArchivePath, FileMode.CreateNew);
            await archive.CopyToAsync(file, cancellationToken);
            return load;
        }
        catch
        {
            load.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Restores <c>pre-data</c> or <c>post-data</c>. Every statement is tried, so that one run names all that is wrong;
    /// returns what failed and may fail.
    /// </summary>
    /// <exception cref="SuretyException">ToolFailed, with every statement that failed and may not.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(
        ConnectionTarget target,
        string section,
        SchemaLoadRules rules,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        var contents = await ReadContentsAsync(cancellationToken);
        var entries = contents.Entries.Where(e => !e.IsLargeObject).ToLookup(e => e.IsEventTrigger);
        var failures = await RunAsync(target, section, entries[false], rules, jobs, cancellationToken);
        // An archive has event triggers before it refreshes materialized views, and they would fire for that (seen).
        return section == "post-data" && entries[true].Any()
            ? [.. failures, .. await RunAsync(target, section, entries[true], rules, 1, cancellationToken)]
            : failures;
    }

    private async Task<IReadOnlyList<string>> RunAsync(
        ConnectionTarget target,
        string section,
        IEnumerable<ArchiveEntry> entries,
        SchemaLoadRules rules,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        await WriteListAsync(entries, cancellationToken);
        string[] arguments =
        [
            $"--section={section}",
            $"--dbname={SqlText.ConnectionString(target.Database)}",
            $"--jobs={jobs}",
            "--no-password",
            .. rules.NoTablespaces ? ["--no-tablespaces"] : Array.Empty<string>(),
            .. Common(rules.NoOwner),
        ];
        var forgives = UnknownSettings.Of(tools.Version.Major, rules.ServerMajor, jobs);
        var command = new ToolCommand(tools.PathOf(PostgresTool.PgRestore), arguments)
        {
            Environment = target.ToEnvironment(),
            Forgives = forgives,
            Noise = forgives is null ? null : UnknownSettings.Name,
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

    /// <summary>The SQL that creates some tables with all that is part of them, for running in one's own transaction.</summary>
    public async Task<TableScript> ScriptAsync(
        IReadOnlyList<QualifiedName> tables,
        bool noOwner,
        CancellationToken cancellationToken
    )
    {
        var contents = await ReadContentsAsync(cancellationToken);
        var parts = tables.SelectMany(contents.PartsOf).Distinct().ToList();
        // In the archive's own order, which is an order in which they can be created.
        var ordered = contents.Entries.Where(parts.Contains).ToList();
        await WriteListAsync(ordered, cancellationToken);
        return new TableScript(
            await PrintAsync("pre-data", noOwner, cancellationToken),
            await PrintAsync("post-data", noOwner, cancellationToken),
            ordered
        );
    }

    /// <summary>The definitions of <c>pre-data</c> or <c>post-data</c>, for running in one's own transaction.</summary>
    public async Task<IReadOnlyList<SchemaDefinition>> DefinitionsAsync(
        string section,
        CancellationToken cancellationToken
    ) =>
        SchemaText
            .Parse(await RunAsync([$"--section={section}", "--file=-", ArchivePath], cancellationToken))
            .Definitions;

    /// <summary>The definition of one table alone.</summary>
    public async Task<string> DefinitionAsync(QualifiedName table, CancellationToken cancellationToken)
    {
        var contents = await ReadContentsAsync(cancellationToken);
        await WriteListAsync(contents.Entries.Where(e => e.Is("TABLE", table)), cancellationToken);
        return await PrintAsync("pre-data", noOwner: true, cancellationToken);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string[] Common(bool noOwner) =>
        [.. noOwner ? ["--no-owner", "--no-privileges"] : Array.Empty<string>(), $"--use-list={ListPath}", ArchivePath];

    private async Task<string> PrintAsync(string section, bool noOwner, CancellationToken cancellationToken)
    {
        string[] arguments = [$"--section={section}", "--file=-", .. Common(noOwner)];
        var script = await RunAsync(arguments, cancellationToken);
        // Commands of psql, which pg_restore has written since 15.14; the settings of the session are the caller's.
        return PsqlCommandsAndSettings().Replace(script, "");
    }

    private async Task<ArchiveContents> ReadContentsAsync(CancellationToken cancellationToken) =>
        ArchiveContents.Parse(await RunAsync(["--list", "--verbose", ArchivePath], cancellationToken));

    private Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        ToolProcess.ReadTextAsync(new ToolCommand(tools.PathOf(PostgresTool.PgRestore), arguments), cancellationToken);

    private async Task WriteListAsync(IEnumerable<ArchiveEntry> entries, CancellationToken cancellationToken)
    {
        await using var file = new StreamWriter(ListPath, append: false, new UTF8Encoding(false));
        foreach (var entry in entries)
        {
            await file.WriteAsync($"{entry.Id};\n".AsMemory(), cancellationToken);
        }
    }

    [GeneratedRegex(
        @"^(\\(un)?restrict .*|SET (?!default_)\w+ = .*;|SELECT pg_catalog\.set_config\('search_path', '', false\);)$",
        RegexOptions.Multiline
    )]
    private static partial Regex PsqlCommandsAndSettings();
}
