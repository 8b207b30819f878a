using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// Runs migrations from the first one on in an empty database: what a new installation does, and a build that has no backup.
/// Of rows that are there today it tells nothing.
/// </summary>
public sealed class EmptyRehearsal(ToolLocator tools, OperationProgress progress)
{
    /// <summary>As <see cref="MigrationRehearsal"/>: what is wrong with the migrations is in the report.</summary>
    /// <param name="files">What is run.</param>
    /// <param name="options">How; there are no rows to leave out.</param>
    /// <param name="postgres">The major version of the scratch server, or the next one there is; null for the newest.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SuretyException">ToolMissing, ScratchServerFailed; whatever connecting throws.</exception>
    public async Task<RehearsalReport> RunAsync(
        RehearsedFiles files,
        RehearsalOptions options,
        int? postgres,
        CancellationToken cancellationToken
    )
    {
        progress.Begin("preparing an empty database");
        await using var copy = await TemporaryCopy.OpenEmptyAsync(
            "rehearse",
            postgres,
            options.Scratch,
            tools,
            cancellationToken
        );
        await copy.CreateEmptyAsync(cancellationToken);
        var duplicate = await copy.DuplicateAsync(cancellationToken);
        var role = await RehearsalRole.FindAsync(copy, contents: null, options.Role, cancellationToken);
        await using var stage = await RehearsalStage.OpenAsync(
            copy.Database,
            duplicate,
            role,
            options.ShowValues,
            progress,
            cancellationToken
        );
        var (up, down) = await stage.RunAsync(files, copy.Server.Major, options.Ignored, cancellationToken);
        return new RehearsalReport
        {
            Backup = null,
            SchemaOnly = options.SchemaOnly,
            ServerVersion = copy.Server.Version,
            Role = role,
            Up = up,
            Down = down,
            Return = down is { Failure: null } ? await CompareAsync(duplicate, copy.Database, cancellationToken) : null,
        };
    }

    /// <summary>Both databases were one to the last OID, so that the catalog alone tells what is left.</summary>
    private static async Task<ReturnReport> CompareAsync(
        ConnectionTarget before,
        ConnectionTarget after,
        CancellationToken cancellationToken
    )
    {
        var original = await ReadAsync(before, cancellationToken);
        var changes = original.ChangesTo(await ReadAsync(after, cancellationToken));
        // What is part of something that is new, is new with it.
        var wholes = changes.Created.Where(o => o.Key.Sub == 0).Select(o => o.Key.Object).ToHashSet();
        IEnumerable<string> differences =
        [
            .. changes.Dropped.Select(o => $"{o.Kind} {o.Name} missing"),
            .. changes.Created.Where(o => !wholes.Contains(o.Parent)).Select(o => $"{o.Kind} {o.Name} extra"),
            .. changes.Altered.Select(c => $"{c.Before.Kind} {c.Before.Name} changed"),
        ];
        return new ReturnReport([.. differences.Order(StringComparer.Ordinal)], [], RowsCompared: false, Doubt: null);
    }

    private static async Task<CatalogState> ReadAsync(ConnectionTarget database, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnections.OpenAsync(
            database,
            "surety rehearse",
            cancellationToken
        );
        await connection.RunAsync(ReadingSettings.Session, cancellationToken);
        return await CatalogState.ReadAsync(connection, cancellationToken);
    }
}
