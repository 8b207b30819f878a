using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;
using Surety.Server.Runs;

namespace Surety.Server.Auth.Keys;

/// <summary>
/// The keys that seal sessions, in the job store that several servers share: a session of one is one of all. They are in the
/// servers' own schema, where nobody else can put one of his. The framework asks for them rarely, and waits.
/// </summary>
internal sealed class PostgresKeyRing(JobStore store) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = store.Connections.CreateCommand("SELECT xml FROM surety_server.session_keys");
        using var reader = command.ExecuteReader();
        var elements = new List<XElement>();
        while (reader.Read())
        {
            elements.Add(XElement.Parse(reader.GetString(0)));
        }

        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = store.Connections.CreateCommand(
            "INSERT INTO surety_server.session_keys (name, xml) VALUES ($1, $2) "
                + "ON CONFLICT (name) DO UPDATE SET xml = excluded.xml"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = friendlyName });
        command.Parameters.Add(new NpgsqlParameter { Value = element.ToString(SaveOptions.DisableFormatting) });
        command.ExecuteNonQuery();
    }
}
