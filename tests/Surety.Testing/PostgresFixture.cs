using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;

namespace Surety.Testing;

/// <summary>
/// One scratch server for a whole test run, started by the first test that asks, and a database of its own for whoever
/// asks for one. A class fixture: <c>IClassFixture&lt;PostgresFixture&gt;</c>; the databases go when the class is done.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable, IDisposable
{
    // xunit 2 has no fixture for an assembly. The server's supervisor removes it when the test process ends.
    private static readonly Lazy<Task<ScratchServer>> SharedServer = new(StartAsync);
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new();
    private static int lastNumber;

    private readonly ConcurrentBag<string> created = [];

    public static ToolLocator Locator { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The shared server's database <c>postgres</c>, as superuser.</summary>
    public static async Task<ConnectionTarget> ServerAsync() => (await SharedServer.Value).Target;

    /// <summary>The programs of the shared server's version.</summary>
    public static async Task<PostgresTools> ToolsAsync() =>
        await Locator.ClientForAsync((await SharedServer.Value).Version.Major, CancellationToken.None);

    /// <summary>A new, empty database.</summary>
    /// <param name="options">The rest of CREATE DATABASE, for example <c>ENCODING 'LATIN1' TEMPLATE template0</c>.</param>
    public async Task<ConnectionTarget> CreateDatabaseAsync(string options = "TEMPLATE template0")
    {
        var server = await ServerAsync();
        var name = NextName("test");
        await ExecuteAsync(server, $"CREATE DATABASE {name} {options}");
        created.Add(name);
        return server.WithDatabase(name);
    }

    /// <summary>A new database that holds a sample; loaded once a run, copied from then on.</summary>
    public async Task<ConnectionTarget> CreateDatabaseAsync(SampleDatabase sample)
    {
        var loading = Templates.GetOrAdd(sample.Name, _ => new Lazy<Task<string>>(() => LoadTemplateAsync(sample)));
        return await CreateDatabaseAsync($"TEMPLATE {await loading.Value}");
    }

    /// <summary>A database that does not exist yet: whoever creates it by this name has it dropped with the others.</summary>
    public async Task<ConnectionTarget> NameDatabaseAsync(string? name = null)
    {
        name ??= NextName("test");
        created.Add(name);
        return (await ServerAsync()).WithDatabase(name);
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

    public async ValueTask DisposeAsync()
    {
        foreach (var name in created)
        {
            await ExecuteAsync(await ServerAsync(), $"DROP DATABASE IF EXISTS {SqlText.Identifier(name)} WITH (FORCE)");
        }
    }

    // xunit 2 knows no IAsyncDisposable.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static async Task<ScratchServer> StartAsync() =>
        await ScratchServer.StartAsync(
            await Locator.ServerAsync(null, CancellationToken.None),
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

    private static async Task<string> LoadTemplateAsync(SampleDatabase sample)
    {
        var server = await ServerAsync();
        var name = NextName($"template_{sample.Name}");
        await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE template0");
        await sample.LoadAsync(await ToolsAsync(), server.WithDatabase(name), CancellationToken.None);
        return name;
    }

    private static string NextName(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}_{Interlocked.Increment(ref lastNumber)}");
}
