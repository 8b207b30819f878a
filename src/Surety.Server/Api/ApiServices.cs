using Surety.Repository.Errors;
using Surety.Server.Auth;
using Surety.Server.Operations;

namespace Surety.Server.Api;

/// <summary>The REST API: one file for each resource, described at <c>/openapi/v1.json</c>.</summary>
internal static class ApiServices
{
    public const string Root = "/api/v1";
    private const string Document = "v1";

    /// <summary>What a request can fail with: the statuses of <see cref="ErrorStatus"/>, and a method that an address is not for.</summary>
    public static readonly IReadOnlyList<int> Failures =
    [
        .. Enum.GetValues<ErrorCode>()
            .Select(ErrorStatus.Of)
            .Append(StatusCodes.Status405MethodNotAllowed)
            .Distinct()
            .Order(),
    ];

    public static void AddApi(this IServiceCollection services)
    {
        services.AddSingleton<OperationDesk>();
        services.AddSingleton<ServerJournal>();
        services.AddSingleton<SeenJournals>();
        services.AddSingleton<BundleEndpoint>();
        services.AddSingleton<JournalEndpoint>();
        services.AddHttpContextAccessor();
        services.AddSingleton<LegacyCall>();
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi(Document, ApiDescription.Configure);
    }

    /// <summary>Before everything that can fail.</summary>
    public static void UseApiErrors(this WebApplication app) =>
        app.UseWhen(context => Problem.IsApi(context.Request), api => api.UseMiddleware<ApiErrors>());

    public static void MapApi(this WebApplication app)
    {
        var api = app.MapApiGroup(Root);
        DatabaseEndpoints.Map(api);
        BackupEndpoints.Map(api);
        BundleEndpoint.Map(api);
        OperationEndpoints.Map(api);
        RunEndpoints.Map(api);
        RunEventsEndpoint.Map(api);
        RunFileEndpoints.Map(api);
        JournalEndpoint.Map(api);
        ScheduleEndpoint.Map(api);
        HealthLinks.Map(api);
        LegacyEndpoints.Map(app.MapApiGroup("/api"));
        app.MapOpenApi().AllowAnonymous();
    }

    /// <summary>Endpoints that are closed to strangers, and described with how they fail.</summary>
    public static RouteGroupBuilder MapApiGroup(this IEndpointRouteBuilder endpoints, string prefix)
    {
        var group = endpoints.MapGroup(prefix);
        group.RequireAuthorization(AccessPolicies.Viewer);
        foreach (var status in Failures)
        {
            group.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Problem), [Problem.ContentType]));
        }

        return group;
    }
}
