using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Surety.ServerTests.Api;

/// <summary>An endpoint of the API, as the server itself knows it: one that is added later is there by itself.</summary>
/// <param name="Method">GET, POST, DELETE.</param>
/// <param name="Pattern">Its address, with the names of its parts.</param>
/// <param name="TakesBody">True where it reads JSON.</param>
internal sealed record ServedEndpoint(HttpMethod Method, string Pattern, bool TakesBody)
{
    public static IReadOnlyList<ServedEndpoint> AllOf(RunningServer server) =>
        [
            .. server
                .Get<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
                .SelectMany(route =>
                    route
                        .Metadata.GetRequiredMetadata<IHttpMethodMetadata>()
                        .HttpMethods.Select(method => new ServedEndpoint(
                            new HttpMethod(method),
                            route.RoutePattern.RawText!.TrimEnd('/'),
                            route.Metadata.GetMetadata<IAcceptsMetadata>() is not null
                        ))
                ),
        ];

    public override string ToString() => $"{Method} {Pattern}";

    public string Address(string backup, string run = "20260101T000000Z-abcdef", string file = "x") =>
        Pattern
            .Replace("{database}", "shop", StringComparison.Ordinal)
            .Replace("{backup}", backup, StringComparison.Ordinal)
            .Replace("{run}", run, StringComparison.Ordinal)
            .Replace("{name}", Uri.EscapeDataString(file), StringComparison.Ordinal);

    public StringContent? Body(string text) =>
        TakesBody ? new StringContent(text, Encoding.UTF8, "application/json") : null;
}
