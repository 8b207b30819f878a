using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>Sets the sequences to the state that the backup holds.</summary>
internal static class SequenceLoad
{
    public static async Task RunAsync(
        NpgsqlConnection connection,
        IReadOnlyList<SequenceEntry> sequences,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT setval(format('%I.%I', s.schema, s.name)::regclass, s.value, s.called)
            FROM unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[]) s (schema, name, value, called)
            """;
        await connection.QueryAsync(
            sql,
            r => r.GetInt64(0),
            cancellationToken,
            sequences.Select(s => s.Schema).ToArray(),
            sequences.Select(s => s.Name).ToArray(),
            sequences.Select(s => s.LastValue).ToArray(),
            sequences.Select(s => s.IsCalled).ToArray()
        );
    }

    /// <summary>
    /// As <see cref="RunWithinAsync"/>, for those of the sequences that existing tables own.
    /// </summary>
    public static async Task RunOwnedAsync(
        NpgsqlConnection connection,
        IReadOnlyList<SequenceEntry> sequences,
        IReadOnlyList<QualifiedName> tables,
        CancellationToken cancellationToken
    )
    {
        var owned = await connection.QueryAsync(
            SqlFile.Read("owned-sequences"),
            r => new QualifiedName(r.GetString(0), r.GetString(1)),
            cancellationToken,
            tables.Select(t => t.Sql).ToArray()
        );
        var kept = sequences.Where(s => owned.Contains(QualifiedName.Of(s))).ToList();
        await RunWithinAsync(connection, kept, cancellationToken);
    }

    /// <summary>
    /// As <see cref="RunAsync"/>, within the caller's transaction: setval alone would survive its rollback, while RESTART
    /// gives the sequence a new file that goes with it, and keeps others from taking numbers (manual, ALTER SEQUENCE).
    /// </summary>
    public static async Task RunWithinAsync(
        NpgsqlConnection connection,
        IReadOnlyList<SequenceEntry> sequences,
        CancellationToken cancellationToken
    )
    {
        if (sequences.Count == 0)
        {
            return;
        }

        var restarts = sequences.Select(s => $"ALTER SEQUENCE {QualifiedName.Of(s).Sql} RESTART");
        await connection.RunAsync(string.Join("; ", restarts), cancellationToken);
        await RunAsync(connection, sequences, cancellationToken);
    }
}
