using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Testing;

namespace Surety.IntegrationTests;

/// <summary>A server that no other test class uses: what is on it was put there by this one. It can be stopped hard.</summary>
public sealed class PrivateServer : IAsyncLifetime
{
    private ScratchServer server = null!;
    private int lastNumber;

    public ConnectionTarget Target => server.Target;

    public async Task InitializeAsync()
    {
        var tools = await PostgresFixture.Locator.ServerAsync(null, CancellationToken.None);
        var options = new ScratchServerOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["max_connections"] = "200",
                // Stopped hard, a server loses what it was told last, unless a commit waits for its WAL to be written.
                ["synchronous_commit"] = "on",
            },
        };
        server = await ScratchServer.StartAsync(tools, options, CancellationToken.None);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    public async Task<ConnectionTarget> CreateAsync(string sql)
    {
        var target = Target.WithDatabase($"faults_{Interlocked.Increment(ref lastNumber)}");
        await PostgresFixture.ExecuteAsync(Target, $"CREATE DATABASE {target.Database} TEMPLATE template0");
        await PostgresFixture.ExecuteAsync(target, sql);
        return target;
    }

    public Task<string[]> DatabasesAsync() =>
        PostgresFixture.ScalarAsync<string[]>(Target, "SELECT array_agg(datname::text ORDER BY 1) FROM pg_database");

    /// <summary>Waits until no session of Surety, nor of a program that it started, is left.</summary>
    public Task NobodyIsConnectedAsync() =>
        Eventually.Is(async () =>
            await PostgresFixture.ScalarAsync<long>(
                Target,
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE application_name ~ '^(surety|pg_dump|pg_restore)' AND pid <> pg_backend_pid()
                """
            ) == 0
        );

    /// <summary>As a power loss ends a server: no session is told.</summary>
    public Task StopHardAsync() => ControlAsync("stop", "--mode=immediate");

    public Task StartAsync() => ControlAsync("start", "--silent");

    private async Task ControlAsync(string verb, string option)
    {
        var tools = await PostgresFixture.Locator.ServerAsync(null, CancellationToken.None);
        string[] control =
        [
            Path.Combine(tools.Folder, "pg_ctl"),
            verb,
            option,
            "--wait",
            $"--pgdata={server.DataFolder}",
            $"--log={server.DataFolder}/restarted.log",
        ];
        // PostgreSQL refuses to run as root.
        string[] whole =
            Environment.UserName == "root" ? ["/usr/sbin/runuser", "-u", "postgres", "--", .. control] : control;
        await ToolProcess.ReadTextAsync(new ToolCommand(whole[0], whole[1..]), CancellationToken.None);
    }
}
