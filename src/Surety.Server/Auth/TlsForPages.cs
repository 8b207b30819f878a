using Microsoft.AspNetCore.Components.Endpoints;
using Surety.Repository.Errors;
using Surety.Server.Api;

namespace Surety.Server.Auth;

/// <summary>
/// Pages and forms take cookies, and where others reach the server cookies travel over TLS alone. Whoever comes without it is
/// told so, and what is missing: the antiforgery system would refuse to make any page. Programs with tokens are let pass.
/// </summary>
internal sealed class TlsForPages(RequestDelegate next, AccessMode mode)
{
    public Task InvokeAsync(HttpContext context) =>
        mode.TakesCookies(context.Request) || !IsOfPeople(context) ? next(context) : throw Refusal(context);

    private static bool IsOfPeople(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null
        || context.Request.Path.StartsWithSegments(SignIn.Path)
        || (HttpMethods.IsPost(context.Request.Method) && !Problem.IsApi(context.Request));

    private static SuretyException Refusal(HttpContext context) =>
        new(
            ErrorCode.AccessRefused,
            "pages are shown over TLS alone where others reach this server, and this request came without; nothing was done",
            context.Request.Headers.ContainsKey("X-Forwarded-Proto")
                ? $"the proxy at {context.Connection.RemoteIpAddress} is not believed: name it under server.proxies in surety.yaml, and see that it sends X-Forwarded-Proto: https"
                : "open the https:// address; a proxy in front has to send X-Forwarded-Proto: https"
        );
}
