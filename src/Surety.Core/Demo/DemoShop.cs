using System.Diagnostics;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;

namespace Surety.Core.Demo;

/// <summary>Surety's sample shop as database <c>shop</c> of a scratch server, and the accident that befalls it.</summary>
public sealed class DemoShop : IAsyncDisposable
{
    private const string Sample = "shop.sql";

    private readonly ScratchServer server;

    private DemoShop(ScratchServer server) => this.server = server;

    /// <summary>Version of the scratch server.</summary>
    public ToolVersion Version => server.Version;

    public ConnectionTarget Database => server.Target.WithDatabase("shop");

    /// <summary>An ordinary day: one visit more.</summary>
    public static string Visit => "INSERT INTO page_visits VALUES ('/checkout', '2026-11-20', 42)";

    /// <summary>What a careless migration does: a forgotten WHERE, a wrong one, and the wrong table.</summary>
    public static IReadOnlyList<string> Accident { get; } =
    [
        "UPDATE customers SET preferences = '{}'",
        "DELETE FROM page_visits WHERE visited_on >= '2025-01-15'",
        "TRUNCATE order_items",
    ];

    /// <exception cref="SuretyException">ToolMissing, ScratchServerFailed, ToolFailed; nothing of it is left.</exception>
    public static async Task<DemoShop> OpenAsync(ToolLocator locator, CancellationToken cancellationToken)
    {
        var tools = await locator.ServerAsync(null, cancellationToken);
        var shop = new DemoShop(await ScratchServer.StartAsync(tools, new ScratchServerOptions(), cancellationToken));
        try
        {
            await shop.LoadAsync(
                await locator.ClientForAsync(tools.Version.Major, cancellationToken),
                cancellationToken
            );
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a statement and returns how many rows it touched; -1 where the statement does not say.</summary>
    public async Task<int> RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnections.OpenAsync(Database, "psql", cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw ServerErrors.From(e);
        }
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task LoadAsync(PostgresTools tools, CancellationToken cancellationToken)
    {
        await using (
            var connection = await PostgresConnections.OpenAsync(server.Target, "surety demo", cancellationToken)
        )
        {
            await connection.RunAsync("CREATE DATABASE shop TEMPLATE template0", cancellationToken);
        }

        await using var sql =
            typeof(DemoShop).Assembly.GetManifestResourceStream(Sample)
            ?? throw new UnreachableException($"{Sample} is part of the assembly");
        var load = new ToolCommand(
            tools.PathOf(PostgresTool.Psql),
            ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        )
        {
            Environment = Database.ToEnvironment(),
            Input = sql,
        };
        await ToolProcess.ReadTextAsync(load, cancellationToken);
    }
}
