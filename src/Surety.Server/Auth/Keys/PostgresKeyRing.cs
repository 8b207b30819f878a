using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Server.Auth.Keys;

/// <summary>
/// The keys that seal sessions, in the database that several servers share: a session of one is one of all. The framework
/// asks for them rarely, and waits.
/// </summary>
internal sealed class PostgresKeyRing(ConnectionTarget target) : IXmlRepository
{
    private const string ApplicationName = "surety serve";

    // Two servers that start at once: CREATE TABLE IF NOT EXISTS alone can still collide.
    private const string Make = """
        SELECT pg_advisory_xact_lock(7890, 1);
        CREATE TABLE IF NOT EXISTS surety_session_keys (name text PRIMARY KEY, xml text NOT NULL);
        """;

    public IReadOnlyCollection<XElement> GetAllElements() => GetAllAsync().GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) =>
        StoreAsync(element, friendlyName).GetAwaiter().GetResult();

    private async Task<IReadOnlyCollection<XElement>> GetAllAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand("SELECT xml FROM surety_session_keys", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var elements = new List<XElement>();
        while (await reader.ReadAsync())
        {
            elements.Add(XElement.Parse(reader.GetString(0)));
        }

        return elements;
    }

    private async Task StoreAsync(XElement element, string name)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(
            "INSERT INTO surety_session_keys (name, xml) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET xml = $2",
            connection
        );
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(element.ToString(SaveOptions.DisableFormatting));
        await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = await PostgresConnections.OpenAsync(target, ApplicationName, CancellationToken.None);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand(Make, connection, transaction);
            await command.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
