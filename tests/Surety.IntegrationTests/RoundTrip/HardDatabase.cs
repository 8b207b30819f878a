using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>The database of Hard/*.sql: everything that PostgreSQL lets a database have and that is hard to bring back.</summary>
internal static class HardDatabase
{
    /// <summary>Hash partitions by an enum: in a restored database each holds other rows; the dumps compare them as one table.</summary>
    public static readonly string[] EnumLeaves =
    [
        "tables.by_mood_0",
        "tables.by_mood_1_few",
        "tables.by_mood_1_odd",
        "tables.by_mood_2",
    ];

    private static string Folder =>
        Path.Combine(ProjectFolders.Root, "tests", "Surety.IntegrationTests", "RoundTrip", "Hard");

    public static async Task LoadAsync(ConnectionTarget database)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*.sql").Order(StringComparer.Ordinal))
        {
            await RunAsync(file, database);
        }
    }

    /// <summary>The roles that own its parts.</summary>
    public static Task CreateRolesAsync(ConnectionTarget database) =>
        RunAsync(Path.Combine(Folder, "1-roles.sql"), database);

    /// <summary>A database with a subscription cannot be dropped (manual section 31.2, "Subscription").</summary>
    public static Task DropSubscriptionAsync(ConnectionTarget database) =>
        PostgresFixture.ExecuteAsync(
            database,
            """
            ALTER SUBSCRIPTION hard_subscription DISABLE;
            ALTER SUBSCRIPTION hard_subscription SET (slot_name = NONE);
            DROP SUBSCRIPTION hard_subscription;
            """
        );

    /// <summary>The same by PostgreSQL's own tools alone: what Surety's result is measured against.</summary>
    public static async Task CopyByDumpAsync(ConnectionTarget from, ConnectionTarget to)
    {
        var dump = await DumpText.DumpAsync(from);
        await PostgresFixture.ExecuteAsync(
            await PostgresFixture.ServerAsync(),
            $"CREATE DATABASE {SqlText.Identifier(to.Database)} TEMPLATE template0"
        );
        using var input = new MemoryStream(dump);
        var tools = await PostgresFixture.ToolsAsync();
        var load = new ToolCommand(
            tools.PathOf(PostgresTool.Psql),
            ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        )
        {
            // Event triggers fire for what a dump runs after it has made them.
            Environment = new Dictionary<string, string>(to.ToEnvironment())
            {
                ["PGOPTIONS"] = "-c session_replication_role=replica",
            },
            Input = input,
        };
        await ToolProcess.ReadTextAsync(load, CancellationToken.None);
    }

    private static async Task RunAsync(string file, ConnectionTarget database) =>
        await new SampleDatabase(Path.GetFileName(file), file).LoadAsync(
            await PostgresFixture.ToolsAsync(),
            database,
            CancellationToken.None
        );
}
