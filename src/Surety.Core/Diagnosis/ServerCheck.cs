using System.Globalization;
using Npgsql;
using Surety.Core.Capture;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Restore;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Diagnosis;

/// <summary>The server, the role on it, and what goes on there: whether a backup would succeed and hold everything.</summary>
internal sealed class ServerCheck(Findings findings, ToolInventory inventory)
{
    /// <summary>What a backup by this role would lack.</summary>
    public IReadOnlyList<IncompleteItem> Incomplete { get; private set; } = [];

    public async Task RunAsync(ConnectionTarget target, CancellationToken cancellationToken)
    {
        await findings.TryAsync(
            "connection",
            async () =>
            {
                await using var connection = await PostgresConnections.OpenAsync(
                    target,
                    "surety doctor",
                    cancellationToken
                );
                await CheckConnectionAsync(connection, target, cancellationToken);
                var catalog = new CatalogReader(connection);
                var server = await catalog.ReadServerAsync(cancellationToken);
                if (await findings.TryAsync("server", () => CheckVersionAsync(server)))
                {
                    // A doctor who waits for a lock would tell nothing of who holds it.
                    await connection.RunAsync(
                        $"{SessionSettings.Pin(server)}; SET lock_timeout = '2s'",
                        cancellationToken
                    );
                    await findings.TryAsync("role", () => CheckRoleAsync(catalog, server, cancellationToken));
                    await findings.TryAsync("activity", () => CheckActivityAsync(catalog, cancellationToken));
                    await findings.TryAsync("restores", () => CheckRestoresAsync(connection, cancellationToken));
                }
            }
        );
    }

    private async Task CheckConnectionAsync(
        NpgsqlConnection connection,
        ConnectionTarget target,
        CancellationToken cancellationToken
    )
    {
        const string sql =
            "SELECT coalesce((SELECT version FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()), '')";
        var tls = (await connection.QueryAsync(sql, r => r.GetString(0), cancellationToken))[0];
        if (tls.Length > 0)
        {
            findings.Ok("connection", $"{target}, {tls}");
        }
        else if (target.IsUnixSocket || target.Host is "localhost" or "127.0.0.1" or "::1")
        {
            findings.Ok("connection", $"{target}, on this machine");
        }
        else
        {
            findings.Warning(
                "connection",
                $"{target}, without TLS: rows travel in the open",
                "use sslmode=verify-full, or sslmode=require at least"
            );
        }

        await findings.TryAsync("pooler", () => PoolerDetection.EnsureSessionAsync(target, cancellationToken));
    }

    private async Task CheckVersionAsync(ServerInfo server)
    {
        ServerSupport.Ensure(server);
        findings.Ok("server", $"PostgreSQL {server.Version}");
        await findings.TryAsync(
            "pg_dump",
            () =>
            {
                var client = inventory.ClientFor(server.Major);
                findings.Ok("pg_dump", $"{client.Version} fits the server");
                return Task.CompletedTask;
            }
        );
        if (server.InRecovery)
        {
            findings.Warning(
                "server",
                "it is a standby: backups are repeatable read, and unlogged tables cannot be read",
                "back up the primary where unlogged tables matter"
            );
        }
    }

    private async Task CheckRoleAsync(CatalogReader catalog, ServerInfo server, CancellationToken cancellationToken)
    {
        var relations = await catalog.ReadRelationsAsync(SchemaFilter.All, server, cancellationToken);
        Incomplete =
        [
            .. IncompleteItems.Of(relations),
            .. IncompleteItems.Of(await catalog.ReadSequencesAsync(SchemaFilter.All, cancellationToken), server.Role),
            .. IncompleteItems.Of(await catalog.ReadLargeObjectsAsync(cancellationToken), server.Role),
            .. await catalog.ReadUnreadableDefinitionsAsync(cancellationToken),
        ];
        var role = server.Superuser ? $"{server.Role}, a superuser" : $"{server.Role}, no superuser";
        if (Incomplete.Count == 0)
        {
            findings.Ok("role", $"{role}, can read everything");
        }
        else
        {
            findings.Problem(
                "role",
                $"{role}: a backup would lack {string.Join("; ", Incomplete.Select(i => $"{i.Kind} {i.Name} ({i.Reason})"))}",
                "grant pg_read_all_data, own what is missing, or use a superuser; for row level security, BYPASSRLS"
            );
        }

        await CheckContentsAsync(
            catalog,
            relations.Where(r => r.HoldsRows && r.Unreadable is null).ToList(),
            cancellationToken
        );
    }

    private async Task CheckContentsAsync(
        CatalogReader catalog,
        List<Relation> tables,
        CancellationToken cancellationToken
    )
    {
        var fact = string.Create(
            CultureInfo.InvariantCulture,
            $"a backup reads {tables.Count:N0} {(tables.Count == 1 ? "table" : "tables")}"
        );
        try
        {
            var sizes = await catalog.ReadTableSizesAsync(tables, cancellationToken);
            var megabytes = sizes.Values.Sum(s => s.TotalBytes) / 1e6;
            findings.Ok("contents", string.Create(CultureInfo.InvariantCulture, $"{fact}, {megabytes:N1} MB on disk"));
        }
        catch (SuretyException e) when (e.Code == ErrorCode.LockTimeout)
        {
            findings.Warning("contents", $"{fact}; their size is not known, since one is locked exclusively");
        }
    }

    private async Task CheckActivityAsync(CatalogReader catalog, CancellationToken cancellationToken)
    {
        var found = await catalog.QueryAsync(
            SqlFile.Read("activity"),
            r => (Kind: r.GetString(0), Line: r.GetString(1)),
            cancellationToken
        );
        foreach (var (kind, line) in found)
        {
            findings.Warning("activity", line, AdviceOn(kind));
        }

        if (found.Count == 0)
        {
            findings.Ok("activity", "nothing that would delay a backup");
        }
    }

    private async Task CheckRestoresAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var line in await AbandonedCopies.FindAsync(connection, cancellationToken))
        {
            findings.Warning("restores", line);
        }
    }

    private static string AdviceOn(string kind) =>
        kind switch
        {
            "lock" => "a backup waits for it, at most --lock-timeout",
            "serializable" => "a backup waits for it up to 30 s, then does with repeatable read",
            "prepared" => "commit or roll it back; until then its locks stay, and so do dead rows",
            _ => "it may hold locks, and keeps dead rows",
        };
}
