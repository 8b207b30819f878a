using Surety.Core.Configuration.Serving;
using Surety.Repository.Storage.Local;

namespace Surety.Server.Runs;

internal static class RunServices
{
    public static async Task AddRunsAsync(this IServiceCollection services, ServerSetting server)
    {
        var state = LocalBlobStore.Create(server.State, TimeProvider.System);
        services.AddSingleton(state);
        services.AddSingleton<IRunStore>(await FolderRunStore.OpenAsync(state, CancellationToken.None));
        services.AddSingleton(ServerNode.ThisProcess);
        services.AddSingleton<SuretyProgram>();
        services.AddSingleton<RunFolder>();
        services.AddSingleton<RunExecution>();
        services.AddSingleton<RunQueue>();
    }
}
