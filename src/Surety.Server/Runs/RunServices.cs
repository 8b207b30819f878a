using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;

namespace Surety.Server.Runs;

internal static class RunServices
{
    /// <exception cref="SuretyException">The state folder cannot be used, or the job store cannot be reached.</exception>
    public static async Task AddRunsAsync(
        this IServiceCollection services,
        ServerSetting server,
        SuretySettings settings
    )
    {
        var state = StateFolder.Open(server.State);
        services.AddSingleton(_ => state);
        if (server.JobStore is { } address)
        {
            var jobs = await JobStore.OpenAsync(address, settings.Environment);
            services.AddSingleton(_ => jobs);
            services.AddSingleton<IRunStore, PostgresRunStore>();
            services.AddSingleton<IServerMemory, PostgresServerMemory>();
        }
        else
        {
            var runs = await FolderRunStore.OpenAsync(state.Documents, CancellationToken.None);
            services.AddSingleton<IRunStore>(_ => runs);
            services.AddSingleton<IServerMemory>(new FolderServerMemory(state.Documents));
        }

        services.AddSingleton<SuretyProgram>();
        services.AddSingleton<RunFolder>();
        services.AddHostedService(provider => provider.GetRequiredService<RunFolder>());
        services.AddSingleton<RunExecution>();
        services.AddSingleton<RunQueue>();
    }
}
