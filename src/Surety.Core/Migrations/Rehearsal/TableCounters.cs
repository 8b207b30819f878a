using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>What the present transaction did to a table so far. PostgreSQL manual, 27.2.</summary>
internal readonly record struct TableCount(long Inserted, long Updated, long Deleted, long Scans)
{
    public static TableCount operator -(TableCount left, TableCount right) =>
        new(
            left.Inserted - right.Inserted,
            left.Updated - right.Updated,
            left.Deleted - right.Deleted,
            left.Scans - right.Scans
        );

    public bool Removes => Updated > 0 || Deleted > 0;

    public bool Writes => Inserted > 0 || Removes;
}

/// <summary>Reads <c>pg_stat_xact_user_tables</c>.</summary>
internal static class TableCounters
{
    private const string Sql = """
        SELECT relid, n_tup_ins, n_tup_upd, n_tup_del, coalesce(seq_scan, 0) FROM pg_stat_xact_user_tables
        WHERE n_tup_ins > 0 OR n_tup_upd > 0 OR n_tup_del > 0 OR seq_scan > 0
        """;

    public static async Task<IReadOnlyDictionary<uint, TableCount>> ReadAsync(
        NpgsqlConnection session,
        CancellationToken cancellationToken
    )
    {
        var counts = await session.QueryAsync(
            Sql,
            r => (r.GetFieldValue<uint>(0), new TableCount(r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4))),
            cancellationToken
        );
        return counts.ToDictionary(c => c.Item1, c => c.Item2);
    }

    /// <summary>What was added, by tables that have anything.</summary>
    public static IReadOnlyDictionary<uint, TableCount> Since(
        this IReadOnlyDictionary<uint, TableCount> later,
        IReadOnlyDictionary<uint, TableCount> earlier
    ) =>
        later
            .Select(c => (c.Key, Value: c.Value - earlier.GetValueOrDefault(c.Key)))
            .Where(c => c.Value != default)
            .ToDictionary(c => c.Key, c => c.Value);
}
