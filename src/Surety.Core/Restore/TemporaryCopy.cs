using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>
/// A copy of a backup that is made to be looked at: on a scratch server, or on one that somebody named. When it is
/// disposed, nothing of it is left.
/// </summary>
internal sealed class TemporaryCopy : IAsyncDisposable
{
    private readonly string operation;
    private readonly ScratchServer? scratch;

    /// <summary>Held for as long as the operation lasts: its name tells others that the copy is in use.</summary>
    private readonly NpgsqlConnection session;
    private ConnectionTarget? duplicate;

    private TemporaryCopy(
        string operation,
        ScratchServer? scratch,
        NpgsqlConnection session,
        ServerInfo server,
        ConnectionTarget database
    ) =>
        (this.operation, this.scratch, this.session, Server, Database) = (
            operation,
            scratch,
            session,
            server,
            database
        );

    public ServerInfo Server { get; }

    /// <summary>The database, once it is restored.</summary>
    public ConnectionTarget Database { get; }

    /// <exception cref="SuretyException">
    /// ToolMissing, ScratchServerFailed; whatever connecting throws; ServerTooOld where the server is older than the one
    /// that the backup was read from.
    /// </exception>
    /// <param name="operation">What it is made for, as <see cref="AbandonedCopies"/> names it.</param>
    /// <param name="manifest">The backup.</param>
    /// <param name="pgDumpMajor">The version of its schema archive.</param>
    /// <param name="on">A server and a database of it to connect to; null for a scratch server.</param>
    /// <param name="settings">Of the scratch server, beside the usual ones.</param>
    /// <param name="tools">Where programs are found.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<TemporaryCopy> OpenAsync(
        string operation,
        Manifest manifest,
        int pgDumpMajor,
        ConnectionTarget? on,
        IReadOnlyDictionary<string, string> settings,
        ToolLocator tools,
        CancellationToken cancellationToken
    )
    {
        if (on is not null)
        {
            return await ConnectAsync(operation, null, on, manifest, cancellationToken);
        }

        var newest = Math.Max(manifest.Source.ServerMajor, pgDumpMajor);
        var binaries = await tools.ServerAsync(newest, cancellationToken);
        var options = new ScratchServerOptions { Settings = settings };
        var scratch = await ScratchServer.StartAsync(binaries, options, cancellationToken);
        try
        {
            return await ConnectAsync(operation, scratch, scratch.Target, manifest, cancellationToken);
        }
        catch
        {
            await scratch.DisposeAsync();
            throw;
        }
    }

    /// <summary>Restores the backup, and proves by its receipts that the copy is equal to it.</summary>
    /// <exception cref="SuretyException">
    /// As <see cref="DatabaseRestore.RunAsync"/>; RolesMissing only on a server that is not a scratch server.
    /// </exception>
    public async Task<RestoreReport> RestoreAsync(
        DatabaseRestore restore,
        Manifest manifest,
        int jobs,
        CancellationToken cancellationToken,
        bool schemaOnly = false
    )
    {
        var options = new RestoreOptions
        {
            Target = Database,
            Jobs = jobs,
            SchemaOnly = schemaOnly,
            // They go with the server.
            CreateRoles = scratch is not null,
        };
        try
        {
            return await restore.RunAsync(manifest, options, cancellationToken);
        }
        catch (SuretyException e) when (e.Code == ErrorCode.RolesMissing)
        {
            const string hint = "create them there, or name no server: a scratch server has them";
            throw new SuretyException(e.Code, e.Message, hint, e);
        }
    }

    /// <summary>
    /// A second database that is the same as the copy to the last row and the last OID; it goes with the copy. Nobody may be
    /// connected to the copy meanwhile.
    /// </summary>
    public async Task<ConnectionTarget> DuplicateAsync(CancellationToken cancellationToken)
    {
        var second = Database.WithDatabase(AbandonedCopies.NewName(operation));
        var (original, name) = (SqlText.Identifier(Database.Database), SqlText.Identifier(second.Database));
        duplicate = second;
        await session.RunAsync($"CREATE DATABASE {name} TEMPLATE {original}", cancellationToken);
        return second;
    }

    /// <summary>True on a scratch server of Surety's own, where it may do as it likes.</summary>
    public bool IsOnScratchServer => scratch is not null;

    /// <summary>A session outside the copy.</summary>
    public NpgsqlConnection Session => session;

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (scratch is null)
            {
                await DropAsync(duplicate);
                await DropAsync(Database);
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

    private static async Task<TemporaryCopy> ConnectAsync(
        string operation,
        ScratchServer? scratch,
        ConnectionTarget target,
        Manifest manifest,
        CancellationToken cancellationToken
    )
    {
        var name = AbandonedCopies.NewName(operation);
        var sessionName = AbandonedCopies.SessionName(operation, name);
        var session = await PostgresConnections.OpenAsync(target, sessionName, cancellationToken);
        try
        {
            var server = await new CatalogReader(session).ReadServerAsync(cancellationToken);
            var source = manifest.Source.ServerMajor;
            return server.Major >= source
                ? new TemporaryCopy(operation, scratch, session, server, target.WithDatabase(name))
                : throw new SuretyException(
                    ErrorCode.ServerTooOld,
                    $"the server is PostgreSQL {server.Version} and the backup comes from {source}; nothing was changed",
                    $"name a server of PostgreSQL {source} or newer, or none for a scratch server"
                );
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private async Task DropAsync(ConnectionTarget? copy)
    {
        if (copy is null)
        {
            return;
        }

        try
        {
            await DatabaseRemoval.DropAsync(session, copy);
        }
        catch (SuretyException e)
        {
            var name = SqlText.Identifier(copy.Database);
            throw new SuretyException(
                e.Code,
                $"the copy that the {AbandonedCopies.Noun(operation)} made, database {name}, could not be dropped: {e.Message}; other databases were not touched",
                $"drop it: DROP DATABASE {name};",
                e
            );
        }
    }
}
