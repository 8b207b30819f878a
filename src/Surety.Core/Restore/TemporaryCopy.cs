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
        var source = manifest.Source.ServerMajor;
        return on is not null
            ? await ConnectAsync(operation, null, on, source, cancellationToken)
            : await StartAsync(operation, Math.Max(source, pgDumpMajor), source, settings, tools, cancellationToken);
    }

    /// <summary>As <see cref="OpenAsync"/>, for a database with nothing in it.</summary>
    /// <param name="operation">What it is made for, as <see cref="AbandonedCopies"/> names it.</param>
    /// <param name="major">The version of the scratch server, or the next one there is; null for the newest.</param>
    /// <param name="on">A server and a database of it to connect to; null for a scratch server.</param>
    /// <param name="tools">Where programs are found.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static Task<TemporaryCopy> OpenEmptyAsync(
        string operation,
        int? major,
        ConnectionTarget? on,
        ToolLocator tools,
        CancellationToken cancellationToken
    ) =>
        on is not null
            ? ConnectAsync(operation, null, on, sourceMajor: 0, cancellationToken)
            : StartAsync(operation, major, 0, new Dictionary<string, string>(), tools, cancellationToken);

    /// <summary>Makes the database, with nothing in it.</summary>
    public Task CreateEmptyAsync(CancellationToken cancellationToken) =>
        session.RunAsync(
            $"CREATE DATABASE {SqlText.Identifier(Database.Database)} TEMPLATE template0",
            cancellationToken
        );

    private static async Task<TemporaryCopy> StartAsync(
        string operation,
        int? major,
        int sourceMajor,
        IReadOnlyDictionary<string, string> settings,
        ToolLocator tools,
        CancellationToken cancellationToken
    )
    {
        var binaries = await tools.ServerAsync(major, cancellationToken);
        var options = new ScratchServerOptions { Settings = settings };
        var scratch = await ScratchServer.StartAsync(binaries, options, cancellationToken);
        try
        {
            return await ConnectAsync(operation, scratch, scratch.Target, sourceMajor, cancellationToken);
        }
        catch
        {
            await scratch.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// True where owners and grants can be made again as the backup has them: by a superuser, or by a member of every role
    /// that it names.
    /// </summary>
    public async Task<bool> CanKeepOwnersAsync(BackupContents contents, CancellationToken cancellationToken)
    {
        string[] roles = [.. contents.Roles.Select(role => role.Name)];
        var answer = await session.QueryAsync(
            """
            SELECT rolsuper
                OR (SELECT count(*) FROM pg_roles r WHERE r.rolname = ANY ($1) AND pg_has_role(r.oid, 'MEMBER')) = cardinality($1)
            FROM pg_roles WHERE rolname = current_user
            """,
            row => row.GetBoolean(0),
            cancellationToken,
            roles
        );
        return answer is [true];
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
        bool schemaOnly = false,
        bool owners = true
    )
    {
        var options = new RestoreOptions
        {
            Target = Database,
            Jobs = jobs,
            SchemaOnly = schemaOnly,
            NoOwner = !owners,
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
        int sourceMajor,
        CancellationToken cancellationToken
    )
    {
        var name = AbandonedCopies.NewName(operation);
        var sessionName = AbandonedCopies.SessionName(operation, name);
        var session = await PostgresConnections.OpenAsync(target, sessionName, cancellationToken);
        try
        {
            var server = await new CatalogReader(session).ReadServerAsync(cancellationToken);
            return server.Major >= sourceMajor
                ? new TemporaryCopy(operation, scratch, session, server, target.WithDatabase(name))
                : throw new SuretyException(
                    ErrorCode.ServerTooOld,
                    $"the server is PostgreSQL {server.Version} and the backup comes from {sourceMajor}; nothing was changed",
                    $"name a server of PostgreSQL {sourceMajor} or newer, or none for a scratch server"
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
