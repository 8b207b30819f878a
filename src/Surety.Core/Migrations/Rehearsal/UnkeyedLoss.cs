using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// The losses of a table without a key: nobody knows which row became which, so the values of each column are compared as
/// a multiset. Rows are lost as far as there are fewer now.
/// </summary>
internal static class UnkeyedLoss
{
    public static async Task<TableLoss> MeasureAsync(
        NpgsqlConnection original,
        NpgsqlConnection present,
        ComparedTable table,
        CancellationToken cancellationToken
    )
    {
        var before = await CountAsync(original, table.Before.Name, cancellationToken);
        var lost = Math.Max(0, before - await CountAsync(present, table.Now.Name, cancellationToken));
        var columns = new List<ColumnLoss>();
        foreach (var column in table.Kept.Concat(table.Gone))
        {
            await using var oldCommand = new NpgsqlCommand(Sql(table.Before.Name, table.TextBefore(column)), original);
            await using var oldValues = await oldCommand.ExecuteReaderAsync(cancellationToken);
            var loss = table.Now.Columns.ContainsKey(column)
                ? await MissingAsync(oldValues, present, table, column, cancellationToken)
                : (Gone: await CountAsync(oldValues, cancellationToken), Changed: 0L);
            // As many as there are rows that are gone went with these.
            var (gone, changed) = (Math.Max(0, loss.Gone - lost), loss.Changed);
            if (gone + changed > 0)
            {
                columns.Add(new ColumnLoss(table.Before.Columns[column].Name, gone, changed, []));
            }
        }

        return new TableLoss(table.Before.Name, before, lost, columns, []);
    }

    private static string Sql(string table, string text) =>
        $"SELECT {ValueText.Hash(text)} FROM ONLY {table} WHERE {text} IS NOT NULL ORDER BY 1";

    private static async Task<long> CountAsync(
        NpgsqlConnection session,
        string table,
        CancellationToken cancellation
    ) => (await session.QueryAsync($"SELECT count(*) FROM ONLY {table}", r => r.GetInt64(0), cancellation))[0];

    private static async Task<long> CountAsync(NpgsqlDataReader values, CancellationToken cancellationToken)
    {
        var count = 0L;
        while (await values.ReadAsync(cancellationToken))
        {
            count++;
        }

        return count;
    }

    private static async Task<(long Gone, long Changed)> MissingAsync(
        NpgsqlDataReader oldValues,
        NpgsqlConnection present,
        ComparedTable table,
        int column,
        CancellationToken cancellationToken
    )
    {
        await using var newCommand = new NpgsqlCommand(Sql(table.Now.Name, table.TextNow(column)), present);
        await using var newValues = await newCommand.ExecuteReaderAsync(cancellationToken);
        var (missing, before, now) = (0L, 0L, 0L);
        var hasNew = await ReadNewAsync();
        while (await oldValues.ReadAsync(cancellationToken))
        {
            before++;
            while (hasNew && newValues.GetInt64(0) < oldValues.GetInt64(0))
            {
                hasNew = await ReadNewAsync();
            }

            if (hasNew && newValues.GetInt64(0) == oldValues.GetInt64(0))
            {
                hasNew = await ReadNewAsync();
            }
            else
            {
                missing++;
            }
        }

        while (hasNew)
        {
            hasNew = await ReadNewAsync();
        }

        var gone = Math.Min(missing, Math.Max(0, before - now));
        return (gone, missing - gone);

        async Task<bool> ReadNewAsync()
        {
            var more = await newValues.ReadAsync(cancellationToken);
            now += more ? 1 : 0;
            return more;
        }
    }
}
