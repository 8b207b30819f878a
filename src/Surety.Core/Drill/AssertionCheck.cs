using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Progress;

namespace Surety.Core.Drill;

/// <summary>Runs assertions on a restored copy, read-only and as an ordinary session sees it.</summary>
internal static class AssertionCheck
{
    public static async Task<IReadOnlyList<AssertionResult>> RunAsync(
        ConnectionTarget copy,
        IReadOnlyList<DrillAssertion> assertions,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        if (assertions.Count == 0)
        {
            return [];
        }

        progress.Begin("checking assertions");
        await using var connection = await PostgresConnections.OpenAsync(copy, "surety drill", cancellationToken);
        await connection.RunAsync("SET default_transaction_read_only = on", cancellationToken);
        var results = new List<AssertionResult>();
        foreach (var assertion in assertions)
        {
            results.Add(await RunAsync(connection, assertion, cancellationToken));
        }

        return results;
    }

    private static async Task<AssertionResult> RunAsync(
        NpgsqlConnection connection,
        DrillAssertion assertion,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var command = new NpgsqlCommand(assertion.Sql, connection)
            {
                AllResultTypesAreUnknown = true,
                CommandTimeout = 0,
            };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (reader.FieldCount != 1)
            {
                return new(assertion, null, $"it gives {reader.FieldCount} columns, and has to give one");
            }

            if (!await reader.ReadAsync(cancellationToken))
            {
                return new(assertion, null, "it gives no row, and has to give one");
            }

            var value = Value(reader);
            return await reader.ReadAsync(cancellationToken)
                ? new(assertion, null, "it gives more than one row")
                : new(assertion, value, null);
        }
        catch (PostgresException e) when (!ServerReport.From(e).EndsSession)
        {
            return new(assertion, null, $"{e.MessageText} (SQLSTATE {e.SqlState})");
        }
        catch (NpgsqlException e)
        {
            throw ServerErrors.From(e);
        }
    }

    private static string Value(NpgsqlDataReader reader) =>
        (reader.IsDBNull(0) ? "null" : reader.GetString(0), reader.GetDataTypeName(0)) switch
        {
            ("t", "boolean") => "true",
            ("f", "boolean") => "false",
            var (text, _) => text,
        };
}
