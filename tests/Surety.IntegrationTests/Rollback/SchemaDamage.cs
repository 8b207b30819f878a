using Npgsql;
using Surety.Core.Postgres;
using Surety.Testing;

namespace Surety.IntegrationTests.Rollback;

/// <summary>
/// Statements that destroy what people destroy: tables emptied, sequences moved, and definitions of every kind dropped,
/// made and changed. The same for the same chance.
/// </summary>
internal static class SchemaDamage
{
    private const string Definitions = "schema: ";
    private static readonly string Candidates = Path.Combine(
        ProjectFolders.Root,
        "tests/Surety.IntegrationTests/Rollback/SchemaDamage.sql"
    );

    /// <summary>Tries some statements, and returns those that the server did not refuse.</summary>
    /// <param name="database">The database to damage.</param>
    /// <param name="chance">Decides which, and how many.</param>
    /// <param name="definitions">False leaves the schema as it is.</param>
    public static async Task<IReadOnlyList<string>> DoAsync(ConnectionTarget database, Random chance, bool definitions)
    {
        await using var connection = await PostgresFixture.OpenAsync(database);
        var kinds = (await CandidatesAsync(connection))
            .Where(c => definitions || !c.Kind.StartsWith(Definitions, StringComparison.Ordinal))
            .GroupBy(c => c.Kind, c => c.Statement)
            .Select(kind => kind.ToList())
            .ToList();
        var done = new List<string>();
        for (var left = kinds.Count == 0 ? 0 : chance.Next(1, definitions ? 12 : 4); left > 0; left--)
        {
            var kind = kinds[chance.Next(kinds.Count)];
            var statement = kind[chance.Next(kind.Count)];
            if (await TryAsync(connection, statement))
            {
                done.Add(statement);
            }
        }

        return done;
    }

    private static async Task<List<(string Kind, string Statement)>> CandidatesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(await File.ReadAllTextAsync(Candidates), connection);
        await using var reader = await command.ExecuteReaderAsync();
        var candidates = new List<(string, string)>();
        while (await reader.ReadAsync())
        {
            candidates.Add((reader.GetString(0), reader.GetString(1)));
        }

        return candidates;
    }

    private static async Task<bool> TryAsync(NpgsqlConnection connection, string statement)
    {
        try
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException)
        {
            return false;
        }
    }
}
