using Surety.Core.Access;
using Surety.Core.Postgres;
using Surety.ServerTests;
using Surety.Testing;

namespace Surety.BrowserTests;

/// <summary>A server with one database, an admin and a viewer.</summary>
internal sealed class Site : IAsyncDisposable
{
    public const string Admin = "anna";
    public const string Viewer = "vera";
    public const string Password = "correct horse battery staple";

    // A hash takes long to make on purpose.
    private static readonly string Hash = PasswordHash.Of(Password).ToString();

    private readonly ServerSetup setup;

    private Site(ServerSetup setup, RunningServer server, ConnectionTarget database) =>
        (this.setup, Server, Database) = (setup, server, database);

    public RunningServer Server { get; }

    public ConnectionTarget Database { get; }

    public Uri Address => Server.Client.BaseAddress!;

    /// <param name="postgres">Where its database is.</param>
    /// <param name="more">Further lines of the database in the configuration.</param>
    public static async Task<Site> StartAsync(PostgresFixture postgres, string more = "")
    {
        var database = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        var setup = new ServerSetup()
            .Database(
                "shop",
                database,
                $"targets: {{ rpo: 24h, rto: 30m }}\nschedule: {{ cron: '30 2 * * *' }}\n{more}"
            )
            .Section(
                $$"""
                server:
                  users:
                    - { name: {{Admin}}, hash: "{{Hash}}", role: admin }
                    - { name: {{Viewer}}, hash: "{{Hash}}", role: viewer }
                """
            );
        return new Site(setup, await RunningServer.StartAsync(setup, noAuth: false), database);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        setup.Dispose();
    }
}
