using System.Collections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Surety.Repository;
using Surety.Repository.Storage.Local;
using Surety.Server;
using Surety.Testing;

namespace Surety.ServerTests;

/// <summary>A real server of this process on a free port, with the built command line as its program.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    /// <summary>Any that is free, of this machine alone.</summary>
    public const string FreePort = "http://127.0.0.1:0";

    private readonly WebApplication app;

    private RunningServer(WebApplication app, Uri address)
    {
        this.app = app;
        Client = new HttpClient { BaseAddress = address };
    }

    /// <summary>Sends no token.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Writes the configuration, makes its repositories where they are missing, and starts.</summary>
    /// <param name="setup">Stays the caller's: a second server can be started over it.</param>
    /// <param name="noAuth">As <c>--no-auth</c>.</param>
    /// <param name="environment">Beside that of the process.</param>
    /// <param name="url">Where it listens; it is called over loopback all the same.</param>
    public static async Task<RunningServer> StartAsync(
        ServerSetup setup,
        bool noAuth = true,
        IReadOnlyDictionary<string, string?>? environment = null,
        string url = FreePort
    )
    {
        var app = await BuildAsync(setup, noAuth, environment, url);
        await app.StartAsync();
        var address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        return new RunningServer(app, new UriBuilder(address) { Host = "127.0.0.1" }.Uri);
    }

    /// <summary>As <see cref="StartAsync"/>, and stops short of the start.</summary>
    public static async Task<WebApplication> BuildAsync(
        ServerSetup setup,
        bool noAuth = true,
        IReadOnlyDictionary<string, string?>? environment = null,
        string url = FreePort
    )
    {
        setup.Write();
        await MakeRepositoriesAsync(setup);
        var arguments = new ServeArguments(setup.Configuration, [url], noAuth);
        return await SuretyServer.BuildAsync(arguments, EnvironmentWith(setup, environment), setup.Folder);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>Makes the repositories of a configuration that are missing.</summary>
    public static async Task MakeRepositoriesAsync(ServerSetup setup)
    {
        foreach (var repository in setup.Repositories.Select(setup.RepositoryPath))
        {
            await MakeRepositoryAsync(repository);
        }
    }

    private static async Task MakeRepositoryAsync(string path)
    {
        if (!Directory.Exists(path))
        {
            using var store = LocalBlobStore.Create(path, TimeProvider.System);
            using var made = await BackupRepository.InitAsync(store, TimeProvider.System, CancellationToken.None);
        }
    }

    private static Dictionary<string, string?> EnvironmentWith(
        ServerSetup setup,
        IReadOnlyDictionary<string, string?>? more
    )
    {
        var all = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value);
        all["SURETY_CLI"] = ProjectFolders.Program;
        all["STATE_DIRECTORY"] = setup.State;
        foreach (var (name, value) in more ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        return all;
    }
}
