using Surety.Server.Operations;

namespace Surety.Server.Api;

/// <summary>The REST API: one file for each resource.</summary>
internal static class ApiServices
{
    public static void AddApi(this IServiceCollection services)
    {
        services.AddSingleton<OperationDesk>();
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
    }

    public static void MapApi(this WebApplication app) { }
}
