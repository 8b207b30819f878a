using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;

namespace Surety.Testing;

/// <summary>
/// One scratch server for a whole test run, started by the first test that asks, and a database of its own for whoever
/// asks for one. A class fixture: <c>IClassFixture&lt;PostgresFixture&gt;</c>; the databases go when the class is done.
/// The version matrix asks for a major version, and gets a server of each.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable, IDisposable
{
    // The newest version that is installed for itself: what a test gets that does not ask for one.
    private const int Newest = 0;

    // xunit 2 has no fixture for an assembly. The servers' supervisors remove them when the test process ends.
    private static readonly ConcurrentDictionary<int, Lazy<Task<ScratchServer>>> Servers = new();
    private static readonly ConcurrentDictionary<(int Major, string Sample), Lazy<Task<string>>> Templates = new();
    private static int lastNumber;

    private readonly ConcurrentBag<ConnectionTarget> created = [];

    public static ToolLocator Locator { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The shared server's database <c>postgres</c>, as superuser.</summary>
    public static async Task<ConnectionTarget> ServerAsync(int major = Newest) => (await StartedAsync(major)).Target;

    /// <summary>The programs of the shared server's version.</summary>
    public static async Task<PostgresTools> ToolsAsync(int major = Newest) =>
        major == Newest
            ? await Locator.ClientForAsync((await StartedAsync(major)).Version.Major, CancellationToken.None)
            : await PostgresVersions.ToolsAsync(major);

    /// <summary>A new, empty database.</summary>
    /// <param name="options">The rest of CREATE DATABASE, for example <c>ENCODING 'LATIN1' TEMPLATE template0</c>.</param>
    public async Task<ConnectionTarget> CreateDatabaseAsync(string options = "TEMPLATE template0", int major = Newest)
    {
        var database = await NameDatabaseAsync(null, major);
        await ExecuteAsync(await ServerAsync(major), $"CREATE DATABASE {database.Database} {options}");
        return database;
    }

    /// <summary>A new database that holds a sample; loaded once a run, copied from then on.</summary>
    public async Task<ConnectionTarget> CreateDatabaseAsync(SampleDatabase sample, int major = Newest)
    {
        var loading = Templates.GetOrAdd(
            (major, sample.Name),
            _ => new Lazy<Task<string>>(() => LoadTemplateAsync(sample, major))
        );
        return await CreateDatabaseAsync($"TEMPLATE {await loading.Value}", major);
    }

    /// <summary>A database that does not exist yet: whoever creates it by this name has it dropped with the others.</summary>
    public async Task<ConnectionTarget> NameDatabaseAsync(string? name = null, int major = Newest)
    {
        var database = (await ServerAsync(major)).WithDatabase(name ?? NextName("test"));
        created.Add(database);
        return database;
    }

    public static async Task<NpgsqlConnection> OpenAsync(ConnectionTarget target)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = target.Host,
            Port = target.Port,
            Database = target.Database,
            Username = target.User,
            Password = target.Password,
            SslMode = SslMode.Disable,
            // A pooled connection would keep the database from being dropped or copied.
            Pooling = false,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public static async Task ExecuteAsync(ConnectionTarget target, string sql)
    {
        await using var connection = await OpenAsync(target);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row, which must be of type <typeparamref name="T"/>.</summary>
    public static async Task<T> ScalarAsync<T>(ConnectionTarget target, string sql)
    {
        await using var connection = await OpenAsync(target);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Makes a database one that nobody can connect to, and ends the sessions that it has; or takes that back.</summary>
    public static Task AllowConnectionsAsync(ConnectionTarget database, bool isAllowed) =>
        ExecuteAsync(
            database.WithDatabase("postgres"),
            $"ALTER DATABASE {database.Database} ALLOW_CONNECTIONS {isAllowed};"
                + $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.Database}'"
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var database in created)
        {
            var sql = $"DROP DATABASE IF EXISTS {SqlText.Identifier(database.Database)} WITH (FORCE)";
            await ExecuteAsync(database.WithDatabase("postgres"), sql);
        }
    }

    // xunit 2 knows no IAsyncDisposable.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static Task<ScratchServer> StartedAsync(int major) =>
        Servers.GetOrAdd(major, _ => new Lazy<Task<ScratchServer>>(() => StartAsync(major))).Value;

    private static async Task<ScratchServer> StartAsync(int major) =>
        await ScratchServer.StartAsync(
            major == Newest
                ? await Locator.ServerAsync(null, CancellationToken.None)
                : await PostgresVersions.ToolsAsync(major),
            new ScratchServerOptions
            {
                // What the product must cope with: replication slots, prepared transactions, many workers.
                Settings = new Dictionary<string, string>
                {
                    ["wal_level"] = "logical",
                    ["max_wal_senders"] = "4",
                    ["max_prepared_transactions"] = "8",
                    ["max_connections"] = "200",
                },
            },
            CancellationToken.None
        );

    private static async Task<string> LoadTemplateAsync(SampleDatabase sample, int major)
    {
        var server = await ServerAsync(major);
        var name = NextName($"template_{sample.Name}");
        await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE template0");
        await sample.LoadAsync(await ToolsAsync(major), server.WithDatabase(name), CancellationToken.None);
        return name;
    }

    private static string NextName(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}_{Interlocked.Increment(ref lastNumber)}");
}
