using System.Reflection;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Errors;

namespace Surety.Server.Runs;

/// <summary>The PostgreSQL database that servers share. Everything of theirs is in its schema <c>surety_server</c>.</summary>
internal sealed class JobStore : IAsyncDisposable
{
    private const string Schema = "surety_server";
    private const string Name = "surety serve";

    /// <summary>Seconds; who waits longer for the store is told that it does not answer.</summary>
    private const int StatementTimeout = 30;

    private JobStore(NpgsqlDataSource connections) => Connections = connections;

    /// <summary>Pooled.</summary>
    public NpgsqlDataSource Connections { get; }

    /// <summary>Connects, and makes what is missing.</summary>
    /// <param name="address">As <c>server.job-store</c> has it, expanded.</param>
    /// <param name="environment">For <c>.pgpass</c> and the like.</param>
    /// <exception cref="SuretyException">As <see cref="PostgresConnections.OpenAsync"/>.</exception>
    public static async Task<JobStore> OpenAsync(string address, IReadOnlyDictionary<string, string?> environment)
    {
        var target = ConnectionTargetParser.Parse(address, environment, _ => { });
        await ReachAsync(target);
        var form = target.ToNpgsql(Name);
        form.Pooling = true;
        // Quartz's statements name no schema.
        form.SearchPath = Schema;
        form.CommandTimeout = StatementTimeout;
        var store = new JobStore(NpgsqlDataSource.Create(form));
        await using var command = store.Connections.CreateCommand(Sql("job-store.sql"));
        await command.ExecuteNonQueryAsync();
        return store;
    }

    /// <summary>What is wrong with it is told in Surety's words.</summary>
    private static async Task ReachAsync(ConnectionTarget target)
    {
        try
        {
            await using var reached = await PostgresConnections.OpenAsync(target, Name, CancellationToken.None);
        }
        catch (SuretyException e)
        {
            throw new SuretyException(e.Code, $"the job store: {e.Message}", e.Hint, e);
        }
    }

    public ValueTask DisposeAsync() => Connections.DisposeAsync();

    /// <summary>A statement of the folder <c>Sql</c>.</summary>
    public static string Sql(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
