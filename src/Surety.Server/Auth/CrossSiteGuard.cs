using Surety.Repository.Errors;
using Surety.Server.Api;

namespace Surety.Server.Auth;

/// <summary>
/// Keeps other sites from changing anything with the session of whoever visits them. Forms have an antiforgery token besides;
/// the API has a header that no other site can send, since nothing here allows it to (no CORS).
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next)
{
    /// <summary>Of calls of the API with a session; any value.</summary>
    public const string Header = "X-Surety-Request";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var isSafe =
            HttpMethods.IsGet(request.Method)
            || HttpMethods.IsHead(request.Method)
            || HttpMethods.IsOptions(request.Method);
        // Browsers never add a token by themselves. That one is there is not enough: http://any:one@host/ makes a header too.
        var isToken = context.User.Identity?.AuthenticationType == BearerHandler.SchemeName;
        return isSafe || isToken || FromElsewhere(context) is not { } refusal
            ? next(context)
            : Problem.WriteAsync(context, refusal);
    }

    private static SuretyException? FromElsewhere(HttpContext context)
    {
        var request = context.Request;
        var isSession = context.User.Identity?.AuthenticationType == SessionCookie.SchemeName;
        return !IsOwn(request.Headers.Origin, request.Host)
            || request.Headers["Sec-Fetch-Site"] is ["cross-site" or "same-site"]
                ? Refusal(
                    "the request came from another site",
                    "a proxy in front has to hand on the Host header as it is"
                )
            : isSession && Problem.IsApi(request) && !request.Headers.ContainsKey(Header)
                ? Refusal("a session alone does not call the API", $"send the header {Header}: 1, or a token")
            : null;
    }

    /// <summary>Compared without the scheme, which a proxy that ends TLS changes.</summary>
    private static bool IsOwn(string? origin, HostString host) =>
        string.IsNullOrEmpty(origin)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsSame(HostString.FromUriComponent(uri), host));

    private static bool IsSame(HostString one, HostString other) =>
        string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase)
        && (one.Port ?? 0) == (other.Port is 80 or 443 ? 0 : other.Port ?? 0);

    private static SuretyException Refusal(string fact, string hint) =>
        new(ErrorCode.AccessRefused, $"{fact}; nothing was done", hint);
}
