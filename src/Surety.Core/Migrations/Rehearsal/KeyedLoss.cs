using Npgsql;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// The losses of a table that has a key: its rows of before and of now, both in the order of the key's hash, are merged.
/// </summary>
internal sealed class KeyedLoss(ComparedTable table)
{
    private readonly long[] gone = new long[table.Kept.Count + table.Gone.Count];
    private readonly long[] changed = new long[table.Kept.Count + table.Gone.Count];
    private readonly List<string>[] samples =
    [
        .. Enumerable.Range(0, table.Kept.Count + table.Gone.Count).Select(_ => new List<string>()),
    ];
    private readonly List<string> lostKeys = [];
    private long rows;
    private long lost;

    public static async Task<TableLoss> MeasureAsync(
        NpgsqlConnection original,
        NpgsqlConnection present,
        ComparedTable table,
        CancellationToken cancellationToken
    )
    {
        var loss = new KeyedLoss(table);
        var before = Sql(table.Before.Name, table.KeyBefore, table.Kept.Concat(table.Gone).Select(table.TextBefore));
        var now = Sql(table.Now.Name, table.KeyNow, table.Kept.Select(table.TextNow));
        await using var oldCommand = new NpgsqlCommand(before, original);
        await using var newCommand = new NpgsqlCommand(now, present);
        await using var oldRows = await oldCommand.ExecuteReaderAsync(cancellationToken);
        await using var newRows = await newCommand.ExecuteReaderAsync(cancellationToken);
        await loss.MergeAsync(oldRows, newRows, cancellationToken);
        return loss.Result();
    }

    // Hashes are in the same order whatever the collation, and 128 bits tell keys apart.
    private static string Sql(string table, string key, IEnumerable<string> texts)
    {
        var values = string.Concat(texts.Select((text, i) => $", {ValueText.Hash(text)} AS v{i}"));
        return $"""
            SELECT {ValueText.Hash("k")} AS h1, {ValueText.Hash("k", 1)} AS h2, r.*
            FROM (SELECT {key} AS k{values} FROM ONLY {table}) r ORDER BY 1, 2
            """;
    }

    private async Task MergeAsync(NpgsqlDataReader oldRows, NpgsqlDataReader newRows, CancellationToken cancellation)
    {
        var hasNew = await newRows.ReadAsync(cancellation);
        while (await oldRows.ReadAsync(cancellation))
        {
            rows++;
            while (hasNew && Hashes(newRows).CompareTo(Hashes(oldRows)) < 0)
            {
                hasNew = await newRows.ReadAsync(cancellation);
            }

            if (hasNew && Hashes(newRows) == Hashes(oldRows))
            {
                CompareValues(oldRows, newRows);
            }
            else
            {
                lost++;
                Sample(lostKeys, oldRows);
            }
        }
    }

    private static (long, long) Hashes(NpgsqlDataReader row) => (row.GetInt64(0), row.GetInt64(1));

    private void CompareValues(NpgsqlDataReader oldRow, NpgsqlDataReader newRow)
    {
        const int first = 3;
        for (var i = 0; i < gone.Length; i++)
        {
            if (oldRow.IsDBNull(first + i))
            {
                continue;
            }

            if (i >= table.Kept.Count || newRow.IsDBNull(first + i))
            {
                gone[i]++;
                Sample(samples[i], oldRow);
            }
            else if (oldRow.GetInt64(first + i) != newRow.GetInt64(first + i))
            {
                changed[i]++;
                Sample(samples[i], oldRow);
            }
        }
    }

    private static void Sample(List<string> keys, NpgsqlDataReader row)
    {
        if (keys.Count < LossMeasure.Samples)
        {
            keys.Add(row.GetString(2));
        }
    }

    private TableLoss Result() =>
        new(
            table.Before.Name,
            rows,
            lost,
            [
                .. table
                    .Kept.Concat(table.Gone)
                    .Select((c, i) => new ColumnLoss(table.Before.Columns[c].Name, gone[i], changed[i], samples[i]))
                    .Where(c => c.Lost > 0),
            ],
            lostKeys
        );
}
