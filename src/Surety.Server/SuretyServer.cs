using System.Collections;
using Surety.Core.Configuration;
using Surety.Repository.Errors;
using Surety.Server.Alerts;
using Surety.Server.Api;
using Surety.Server.Auth;
using Surety.Server.Dashboard;
using Surety.Server.Health;
using Surety.Server.Runs;
using Surety.Server.Scheduling;
using Surety.Server.Served;

namespace Surety.Server;

/// <summary>Puts the parts together and runs them until the process is told to end.</summary>
internal static class SuretyServer
{
    private const string StandardUrl = "http://127.0.0.1:7890";

    public static async Task<int> RunAsync(ServeArguments arguments)
    {
        await using var app = await BuildAsync(arguments, EnvironmentOfProcess(), Environment.CurrentDirectory);
        await app.RunAsync();
        return 0;
    }

    /// <summary>A server that is ready to start.</summary>
    /// <exception cref="SuretyException">Something in the configuration is wrong, or the state folder cannot be used.</exception>
    public static async Task<WebApplication> BuildAsync(
        ServeArguments arguments,
        IReadOnlyDictionary<string, string?> environment,
        string workingDirectory
    )
    {
        var settings = SuretySettings.Load(
            new SettingsSources
            {
                ConfigurationFile = arguments.Configuration,
                Environment = environment,
                WorkingDirectory = workingDirectory,
            }
        );
        var server = settings.FindServer();
        // The server's own files lie beside it, wherever it is started and whatever program hosts it.
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                ApplicationName = typeof(SuretyServer).Assembly.GetName().Name,
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = BodyLimit.Standard);
        var urls = UrlsOf(arguments, server.Urls);
        builder.WebHost.UseUrls(urls);

        Logging.Configure(builder.Logging, server.Log);
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(server);
        services.AddSingleton(SuretyProgramPlace.Find(environment.GetValueOrDefault("SURETY_CLI"), workingDirectory));
        var databases = new ServedDatabases(settings);
        services.AddSingleton(databases);
        services.AddSingleton<RepositoryViews>();
        services.AddSingleton<StorageCounts>();
        services.AddSingleton<StorageCounting>();
        var node = ServerNode.New();
        services.AddSingleton(node);
        await services.AddRunsAsync(server, settings);
        services.AddScheduling(databases, server, node);
        services.AddHealth(environment);
        services.AddAccess(settings, server, arguments.NoAuth, urls);
        services.AddApi();
        services.AddAlerts(settings);
        services.AddDashboard();

        var app = builder.Build();
        app.UseDashboard();
        app.UseApiErrors();
        app.UseAccess();
        app.MapAccess();
        app.MapApi();
        app.MapHealth();
        app.MapMetrics();
        app.MapAlerts();
        app.MapDashboard();
        return app;
    }

    private static string[] UrlsOf(ServeArguments arguments, IReadOnlyList<string> configured) =>
        arguments.Urls.Count > 0 ? [.. arguments.Urls]
        : configured.Count > 0 ? [.. configured]
        : [StandardUrl];

    private static Dictionary<string, string?> EnvironmentOfProcess() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value);
}
