using System.Text;
using Npgsql;
using Surety.Repository.Storage;

namespace Surety.Server.Runs;

/// <summary>Small documents that a server, or all that share a job store, remember beside the runs.</summary>
internal interface IServerMemory
{
    /// <summary>Null where nothing is remembered under that name.</summary>
    Task<string?> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Replaces what is remembered, durably.</summary>
    Task WriteAsync(string name, string document, CancellationToken cancellationToken);
}

/// <summary>In the folder of a server alone.</summary>
internal sealed class FolderServerMemory(IBlobStore store) : IServerMemory
{
    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken) =>
        await store.ReadAsync(BlobOf(name), cancellationToken) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public async Task WriteAsync(string name, string document, CancellationToken cancellationToken) =>
        await store.WriteAsync(BlobOf(name), Encoding.UTF8.GetBytes(document), durable: true, cancellationToken);

    /// <summary>A name of the configuration may hold anything; that of a blob may not.</summary>
    private static string BlobOf(string name) => $"memories/{Convert.ToHexString(Encoding.UTF8.GetBytes(name))}.json";
}

/// <summary>In the job store.</summary>
internal sealed class PostgresServerMemory(JobStore store) : IServerMemory
{
    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        await using var command = store.Connections.CreateCommand(
            "SELECT document FROM surety_server.memories WHERE name = $1"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    public async Task WriteAsync(string name, string document, CancellationToken cancellationToken)
    {
        await using var command = store.Connections.CreateCommand(
            "INSERT INTO surety_server.memories (name, document) VALUES ($1, $2) "
                + "ON CONFLICT (name) DO UPDATE SET document = excluded.document"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        command.Parameters.Add(new NpgsqlParameter { Value = document });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
