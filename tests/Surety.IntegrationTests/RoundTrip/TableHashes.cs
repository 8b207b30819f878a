using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>
/// <c>../shared/data/tablehash.sql</c>: rows and an md5 of every table, the sequences and the large objects. An oracle
/// that knows nothing of Surety.
/// </summary>
internal static class TableHashes
{
    public static async Task<string> ReadAsync(ConnectionTarget database)
    {
        var tools = await PostgresFixture.ToolsAsync();
        var command = new ToolCommand(
            tools.PathOf(PostgresTool.Psql),
            ["--no-psqlrc", "--quiet", $"--file={Path.Combine(ProjectFolders.SharedData!, "tablehash.sql")}"]
        )
        {
            Environment = database.ToEnvironment(),
        };
        return await ToolProcess.ReadTextAsync(command, CancellationToken.None);
    }

    /// <summary>Without materialized views (a restore refreshes them) and other tables named.</summary>
    public static async Task<string> ReadTablesAsync(ConnectionTarget database, params string[] except)
    {
        const string sql = """
            SELECT coalesce(string_agg(n.nspname || '.' || c.relname, E'\t'), '')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm'
            """;
        var derived = (await PostgresFixture.ScalarAsync<string>(database, sql)).Split('\t').Concat(except).ToHashSet();
        var lines = (await ReadAsync(database)).Split('\n');
        return string.Join('\n', lines.Where(line => !derived.Contains(line.Split('\t')[0])));
    }
}
