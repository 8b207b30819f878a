using System.Diagnostics;
using Surety.Core.Postgres.Schema;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Export;

/// <summary>
/// Writes what a backup holds into files for other programs, without touching the database that it is of: a copy is
/// restored on a throw-away server and proven by the backup's receipts, written out, and removed. Only PostgreSQL itself
/// knows how each of its types is written, so it is asked (docs/decisions/0017).
/// </summary>
public sealed class BackupExport(
    BackupRepository repository,
    ToolLocator tools,
    TimeProvider clock,
    OperationProgress progress
)
{
    /// <exception cref="SuretyException">
    /// TableNotInBackup, OutputUnwritable, ToolMissing, ScratchServerFailed; whatever a restore throws. Nothing of the
    /// export is left then.
    /// </exception>
    public Task<ExportReport> RunAsync(Manifest manifest, ExportOptions options, CancellationToken cancellationToken) =>
        repository.Locks.HoldSharedToReadAsync(
            "export",
            token => RunLockedAsync(manifest, options, token),
            cancellationToken
        );

    private async Task<ExportReport> RunLockedAsync(
        Manifest manifest,
        ExportOptions options,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        var at = clock.GetUtcNow();
        var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        var chosen = TableSelection.Find(contents, options.Tables);
        using var folder = ExportFolder.Open(options.Folder, at, options.Compression);
        progress.Begin("preparing a server");
        await using var copy = await TemporaryCopy.OpenAsync(
            "export",
            manifest,
            contents.Schema.PgDumpMajor,
            options.Scratch,
            new Dictionary<string, string>(),
            tools,
            cancellationToken
        );
        var restore = new DatabaseRestore(repository, tools, progress);
        var restored = await copy.RestoreAsync(restore, manifest, options.Jobs, cancellationToken);

        var files = await WriteAsync(manifest, contents, chosen, copy, folder, options, cancellationToken);
        var description = folder.CreatePlain($"{ExportFolder.Subject(manifest.Database)}-metadata", "json");
        var encoding = SchemaArchive.DumpEncoding(contents.Database.Encoding);
        description.Content.Write(
            ExportDescription.Of(manifest, contents, options.Format, encoding, at, files).ToBytes()
        );
        description.Complete();
        folder.Keep();
        return new ExportReport
        {
            Backup = manifest,
            Format = options.Format,
            Folder = options.Folder,
            Files = files,
            Description = description.Name,
            DurationSeconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3),
            Warnings = [.. restored.Warnings, .. Warnings(contents, options)],
        };
    }

    private async Task<IReadOnlyList<ExportedFile>> WriteAsync(
        Manifest manifest,
        BackupContents contents,
        IReadOnlyList<TableEntry> chosen,
        TemporaryCopy copy,
        ExportFolder folder,
        ExportOptions options,
        CancellationToken cancellationToken
    )
    {
        var encoding = SchemaArchive.DumpEncoding(contents.Database.Encoding);
        var tables = chosen.Count > 0 ? chosen : contents.Tables;
        var rows = new TableExport(copy, encoding, options.Format, folder, progress);
        if (options.Format != ExportFormat.Sql)
        {
            return await rows.RunAsync(tables, options.Jobs, cancellationToken);
        }

        var client = await tools.ClientForAsync(copy.Server.Major, cancellationToken);
        var subject = ExportFolder.Subject(manifest.Database);
        var scripts = new ScriptExport(client, copy, subject, encoding, folder, progress)
        {
            NoOwner = options.NoOwner,
            Only = chosen,
        };
        if (!options.FilePerTable)
        {
            return [await scripts.WriteAllAsync(cancellationToken)];
        }

        // psql reads no compressed files: then the order of the list has to do.
        var order = options.Compression == ExportCompression.None ? scripts.BeginOrder() : null;
        List<ExportedFile> files =
        [
            await scripts.WriteDefinitionsAsync(cancellationToken),
            .. await rows.RunAsync(tables, options.Jobs, cancellationToken),
            await scripts.WriteRestAsync(tables, cancellationToken),
        ];
        return order is null ? files : [ScriptExport.WriteOrder(order, files), .. files];
    }

    private static IEnumerable<string> Warnings(BackupContents contents, ExportOptions options)
    {
        if (options.Format != ExportFormat.Sql && contents.LargeObjects.Objects.Count > 0)
        {
            yield return $"the backup has {contents.LargeObjects.Objects.Count} large objects, which only sql has";
        }

        if (options is { Format: ExportFormat.Sql, Tables.Count: > 0 })
        {
            yield return "what the tables refer to (types, functions, other tables) is not in the script, as with pg_dump --table";
        }
    }
}
