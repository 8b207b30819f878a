using System.Text;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository.Manifests;

namespace Surety.Core.Export;

/// <summary>Scripts for psql, as pg_dump writes them from the copy: never our own DDL writer.</summary>
internal sealed class ScriptExport(
    PostgresTools tools,
    TemporaryCopy copy,
    string subject,
    string encoding,
    ExportFolder folder,
    OperationProgress progress
)
{
    public required bool NoOwner { get; init; }

    /// <summary>The tables that the export is limited to; empty for everything.</summary>
    public required IReadOnlyList<TableEntry> Only { get; init; }

    /// <summary>One script for everything: definitions, rows, sequences, large objects, indexes and constraints.</summary>
    public async Task<ExportedFile> WriteAllAsync(CancellationToken cancellationToken)
    {
        progress.Begin("writing the script");
        return await DumpAsync(subject, [], cancellationToken);
    }

    /// <summary>What must be there before rows are: types, functions, tables.</summary>
    public async Task<ExportedFile> WriteDefinitionsAsync(CancellationToken cancellationToken)
    {
        progress.Begin("writing definitions");
        return await DumpAsync($"{subject}-pre-data", ["--section=pre-data"], cancellationToken);
    }

    /// <summary>What comes after the rows of <paramref name="tables"/>: sequences, large objects, indexes, constraints.</summary>
    public async Task<ExportedFile> WriteRestAsync(IEnumerable<TableEntry> tables, CancellationToken cancellationToken)
    {
        progress.Begin("writing indexes and constraints");
        string[] arguments =
        [
            "--section=data",
            "--section=post-data",
            .. tables.Select(table => $"--exclude-table-data={QualifiedName.Of(table).Sql}"),
        ];
        return await DumpAsync($"{subject}-post-data", arguments, cancellationToken);
    }

    /// <summary>Begins the script that runs the others. Before them: a table can be called as its database is.</summary>
    public ExportFile BeginOrder() => folder.CreatePlain(subject, "sql");

    /// <summary>Lets it run the others in their order.</summary>
    public static ExportedFile WriteOrder(ExportFile file, IEnumerable<ExportedFile> scripts)
    {
        var lines = scripts.Select(script => $"\\ir '{script.Name}'\n");
        file.Content.Write(Encoding.UTF8.GetBytes($"\\set ON_ERROR_STOP on\n{string.Concat(lines)}"));
        return Completed(file);
    }

    private async Task<ExportedFile> DumpAsync(
        string name,
        IReadOnlyList<string> sections,
        CancellationToken cancellationToken
    )
    {
        var file = folder.Create(name, "sql");
        string[] arguments =
        [
            "--format=plain",
            $"--encoding={encoding}",
            "--no-password",
            .. NoOwner ? ["--no-owner", "--no-privileges"] : Array.Empty<string>(),
            .. sections,
            .. Only.Select(table => $"--table={QualifiedName.Of(table).Sql}"),
        ];
        var command = new ToolCommand(tools.PathOf(PostgresTool.PgDump), arguments)
        {
            Environment = copy.Database.ToEnvironment(),
        };
        await ToolProcess.RunAsync(
            command,
            (output, token) => WriteAsync(output, file.Content, token),
            cancellationToken
        );
        return Completed(file);
    }

    private async Task WriteAsync(Stream script, Stream destination, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        for (int read; (read = await script.ReadAsync(buffer, cancellationToken)) > 0; )
        {
            destination.Write(buffer, 0, read);
            progress.Add(0, read);
        }
    }

    private static ExportedFile Completed(ExportFile file)
    {
        var (bytes, sha256) = file.Complete();
        return new ExportedFile(file.Name, null, null, bytes, sha256, []);
    }
}
