using Npgsql;
using Surety.Core.Postgres;
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
}
