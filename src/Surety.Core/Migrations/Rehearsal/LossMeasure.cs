using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// Counts what a table has lost since before the migration: both copies are read in the order of the key, side by side, so
/// that each value meets the one that it was. Columns are matched by their numbers and the table by its OID, which the
/// second copy shares: renames lose nothing. A value of another type is cast back, and lost where it comes back as another.
/// </summary>
/// <param name="original">A session in the copy that stays as it was, with <see cref="ReadingSettings"/>.</param>
internal sealed class LossMeasure(NpgsqlConnection original)
{
    public const int Samples = 5;

    /// <summary>What the table has lost up to now; null where it held no rows of its own.</summary>
    public async Task<TableLoss?> RunAsync(uint table, RehearsalSession session, CancellationToken cancellationToken)
    {
        if (await TableShape.ReadAsync(original, table, cancellationToken) is not { } before)
        {
            return null;
        }

        try
        {
            return await CompareAsync(before, table, session, cancellationToken);
        }
        catch (PostgresException refused)
        {
            throw ServerErrors.From(refused);
        }
    }

    private async Task<TableLoss> CompareAsync(
        TableShape before,
        uint table,
        RehearsalSession session,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await CompareAsync(before, table, castBack: true, session, cancellationToken);
        }
        catch (PostgresException e)
            when (e.SqlState is ['2', '2', ..] or ['3', 'F', ..] or ['4', '2', 'P' or '8' or '7' or '6', ..])
        {
            // The type has no way back: what the values look like has to do.
            return await CompareAsync(before, table, castBack: false, session, cancellationToken);
        }
    }

    /// <summary>All of a table that is gone.</summary>
    private async Task<TableLoss> AllOfAsync(TableShape table, CancellationToken cancellationToken)
    {
        var count = await original.QueryAsync(
            $"SELECT count(*) FROM ONLY {table.Name}",
            r => r.GetInt64(0),
            cancellationToken
        );
        IReadOnlyList<string> keys = table.Key is []
            ? []
            : await original.QueryAsync(
                $"SELECT {ValueText.Key(table)} FROM ONLY {table.Name} ORDER BY {Names(table)} LIMIT {Samples}",
                r => r.GetString(0),
                cancellationToken
            );
        return new TableLoss(table.Name, count[0], count[0], [], keys);
    }

    private static string Names(TableShape table) => string.Join(", ", table.Key.Select(k => table.Columns[k].Name));

    private Task<TableLoss> CompareAsync(
        TableShape before,
        uint table,
        bool castBack,
        RehearsalSession session,
        CancellationToken cancellationToken
    ) =>
        session.LookAsync(
            async present =>
            {
                if (await TableShape.ReadAsync(present, table, cancellationToken) is not { } now)
                {
                    return await AllOfAsync(before, cancellationToken);
                }

                await ShareTimeZoneAsync(present, cancellationToken);
                var compared = new ComparedTable(before, now, castBack);
                return compared.HasKey
                    ? await KeyedLoss.MeasureAsync(original, present, compared, cancellationToken)
                    : await UnkeyedLoss.MeasureAsync(original, present, compared, cancellationToken);
            },
            cancellationToken
        );

    /// <summary>A cast from or to <c>timestamptz</c> depends on the zone: that of the migration counts.</summary>
    private async Task ShareTimeZoneAsync(NpgsqlConnection present, CancellationToken cancellationToken)
    {
        var zone = await present.QueryAsync("SHOW TimeZone", r => r.GetString(0), cancellationToken);
        await original.RunAsync($"SET TimeZone = {SqlText.Literal(zone[0])}", cancellationToken);
    }
}
