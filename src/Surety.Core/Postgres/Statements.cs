using Npgsql;
using NpgsqlTypes;

namespace Surety.Core.Postgres;

/// <summary>Runs statements over Npgsql with the errors of Surety.</summary>
internal static class Statements
{
    /// <summary>Runs one or more statements that return no rows.</summary>
    public static async Task RunAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw ServerErrors.From(e);
        }
    }

    /// <summary>Reads all rows of a small result.</summary>
    public static async Task<IReadOnlyList<T>> QueryAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken,
        params object[] parameters
    )
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            // One array of strings is one parameter, which C# takes for the list of parameters.
            command.Parameters.AddRange(
                parameters is string[] ? [Parameter(parameters)] : parameters.Select(Parameter).ToArray()
            );
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        catch (NpgsqlException e)
        {
            throw ServerErrors.From(e);
        }
    }

    private static NpgsqlParameter Parameter(object value) =>
        value switch
        {
            uint => new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Oid },
            uint[] => new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid },
            _ => new NpgsqlParameter { Value = value },
        };
}
