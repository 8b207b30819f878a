using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Tools;
using Surety.Core.Restore;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Drill;

/// <summary>The server that a copy is made on, and the name of the copy. When it is disposed, nothing of the drill is left.</summary>
internal sealed class DrillServer : IAsyncDisposable
{
    // A scratch server is usually as fast as can be. The time that a drill takes is to be that of a server in use.
    private static readonly Dictionary<string, string> AsInUse = new()
    {
        ["fsync"] = "on",
        ["synchronous_commit"] = "on",
        ["full_page_writes"] = "on",
        ["wal_level"] = "replica",
        ["max_wal_size"] = "1GB",
    };

    private readonly ScratchServer? scratch;

    /// <summary>Held for as long as the drill lasts: its name tells others that the copy is in use.</summary>
    private readonly NpgsqlConnection session;

    private DrillServer(ScratchServer? scratch, NpgsqlConnection session, string version, ConnectionTarget copy) =>
        (this.scratch, this.session, Version, Copy) = (scratch, session, version, copy);

    public string Version { get; }

    /// <summary>The database to make.</summary>
    public ConnectionTarget Copy { get; }

    /// <summary>True where roles may be created: they go with the server.</summary>
    public bool IsScratch => scratch is not null;

    /// <exception cref="SuretyException">
    /// ToolMissing, ScratchServerFailed; whatever connecting throws; ServerTooOld where the server is older than the one
    /// that the backup was read from.
    /// </exception>
    public static async Task<DrillServer> OpenAsync(
        Manifest manifest,
        int pgDumpMajor,
        ConnectionTarget? into,
        ToolLocator tools,
        CancellationToken cancellationToken
    )
    {
        if (into is not null)
        {
            return await ConnectAsync(null, into, manifest, cancellationToken);
        }

        var newest = Math.Max(manifest.Source.ServerMajor, pgDumpMajor);
        var binaries = await tools.ServerAsync(newest, cancellationToken);
        var options = new ScratchServerOptions { Settings = AsInUse };
        var scratch = await ScratchServer.StartAsync(binaries, options, cancellationToken);
        try
        {
            return await ConnectAsync(scratch, scratch.Target, manifest, cancellationToken);
        }
        catch
        {
            await scratch.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (scratch is null)
            {
                await DropCopyAsync();
            }
        }
        finally
        {
            await session.DisposeAsync();
            if (scratch is not null)
            {
                await scratch.DisposeAsync();
            }
        }
    }

    private static async Task<DrillServer> ConnectAsync(
        ScratchServer? scratch,
        ConnectionTarget target,
        Manifest manifest,
        CancellationToken cancellationToken
    )
    {
        var name = AbandonedCopies.NewName("drill");
        var sessionName = AbandonedCopies.SessionName("drill", name);
        var session = await PostgresConnections.OpenAsync(target, sessionName, cancellationToken);
        try
        {
            var server = await new CatalogReader(session).ReadServerAsync(cancellationToken);
            var source = manifest.Source.ServerMajor;
            return server.Major >= source
                ? new DrillServer(scratch, session, server.Version, target.WithDatabase(name))
                : throw new SuretyException(
                    ErrorCode.ServerTooOld,
                    $"the server is PostgreSQL {server.Version} and the backup comes from {source}; nothing was changed",
                    $"drill it on PostgreSQL {source} or newer, or without --into on a scratch server"
                );
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private async Task DropCopyAsync()
    {
        try
        {
            await DatabaseRemoval.DropAsync(session, Copy);
        }
        catch (SuretyException e)
        {
            var name = SqlText.Identifier(Copy.Database);
            throw new SuretyException(
                e.Code,
                $"the drill's copy, database {name}, could not be dropped: {e.Message}; other databases were not touched",
                $"drop it: DROP DATABASE {name};",
                e
            );
        }
    }
}
