using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Repository.Storage.Local;

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
        var state = LocalBlobStore.Create(server.State, TimeProvider.System);
        services.AddHostedService<StateFolderLock>();
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
            var runs = await FolderRunStore.OpenAsync(state, CancellationToken.None);
            services.AddSingleton<IRunStore>(_ => runs);
            services.AddSingleton<IServerMemory>(new FolderServerMemory(state));
        }

        services.AddSingleton<SuretyProgram>();
        services.AddSingleton<RunFolder>();
        services.AddSingleton<RunExecution>();
        services.AddSingleton<RunQueue>();
    }
}
