using Npgsql;
using Surety.Core.Postgres;
using Surety.Testing;

namespace Surety.IntegrationTests.Compare;

/// <summary>What was done to the rows of a table.</summary>
internal sealed record TableDamage(string Table, bool HasKey, long Deleted, long Updated, long Duplicated)
{
    /// <summary>What a difference must find: a changed row is one that is gone and one that came, unless a key pairs them.</summary>
    public (long OnlyInBackup, long OnlyInDatabase, long? Changed) Expected =>
        HasKey ? (Deleted, Duplicated, Updated) : (Deleted + Updated, Updated + Duplicated, null);
}

/// <summary>Deletes, updates and duplicates rows of a real database, the same for the same seed, and counts them.</summary>
internal sealed class RandomDamage : IAsyncDisposable
{
    private const string Tables = """
        SELECT format('%I.%I', n.nspname, c.relname),
               EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary),
               (SELECT quote_ident(a.attname) FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                  AND a.atttypid = ANY ('{text,varchar}'::regtype[])
                  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey))
                ORDER BY a.attnum LIMIT 1)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1
        """;

    private readonly NpgsqlConnection connection;

    private RandomDamage(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<IReadOnlyList<TableDamage>> DoAsync(ConnectionTarget database, int seed)
    {
        await using var damage = new RandomDamage(await PostgresFixture.OpenAsync(database));
        await damage.ExecuteAsync($"SET session_replication_role = replica; BEGIN; SELECT setseed({seed} / 1000.0)");
        var always = await damage.AlwaysFiringAsync();
        foreach (var (table, trigger) in always)
        {
            await damage.ExecuteAsync($"ALTER TABLE {table} DISABLE TRIGGER {trigger}");
        }

        var done = new List<TableDamage>();
        foreach (var (table, hasKey, column) in await damage.TablesAsync())
        {
            done.Add(await damage.DoAsync(table, hasKey, column));
        }

        foreach (var (table, trigger) in always)
        {
            await damage.ExecuteAsync($"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}");
        }

        await damage.ExecuteAsync("COMMIT");
        return [.. done.Where(d => d.Deleted + d.Updated + d.Duplicated > 0)];
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task<TableDamage> DoAsync(string table, bool hasKey, string? column)
    {
        // What is changed and what is deleted are different rows: those that are changed have the mark.
        var updated = column is null
            ? 0
            : await TryAsync(
                $"UPDATE ONLY {table} SET {column} = {column} || '~' WHERE {Some(table, $"{column} IS NOT NULL", 7)}"
            );
        var marked = column is null ? "true" : $"{column} IS NULL OR {column} NOT LIKE '%~'";
        var deleted = await TryAsync($"DELETE FROM ONLY {table} WHERE {Some(table, marked, 5)}");
        var duplicated = hasKey
            ? 0
            : await TryAsync($"INSERT INTO {table} SELECT * FROM ONLY {table} WHERE {Some(table, marked, 3)}");
        return new TableDamage(table, hasKey, deleted, updated, duplicated);
    }

    private static string Some(string table, string condition, int count) =>
        $"ctid = ANY (ARRAY(SELECT ctid FROM ONLY {table} WHERE {condition} ORDER BY random() LIMIT {count}))";

    /// <summary>The rows concerned; none where a constraint is in the way.</summary>
    private async Task<long> TryAsync(string sql)
    {
        await ExecuteAsync("SAVEPOINT before");
        try
        {
            return await ExecuteAsync(sql);
        }
        catch (PostgresException)
        {
            await ExecuteAsync("ROLLBACK TO before");
            return 0;
        }
    }

    private async Task<int> ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The triggers that would fire all the same, and write what was not counted.</summary>
    private async Task<List<(string Table, string Trigger)>> AlwaysFiringAsync()
    {
        const string sql = """
            SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger WHERE tgenabled = 'A' AND tgparentid = 0
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var triggers = new List<(string, string)>();
        while (await reader.ReadAsync())
        {
            triggers.Add((reader.GetString(0), reader.GetString(1)));
        }

        return triggers;
    }

    private async Task<List<(string Table, bool HasKey, string? Column)>> TablesAsync()
    {
        await using var command = new NpgsqlCommand(Tables, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<(string, bool, string?)>();
        while (await reader.ReadAsync())
        {
            tables.Add(
                (reader.GetString(0), reader.GetBoolean(1), await reader.IsDBNullAsync(2) ? null : reader.GetString(2))
            );
        }

        return tables;
    }
}
