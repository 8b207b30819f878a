using System.Net;
using Surety.Repository.Errors;
using Surety.Server.Api;

namespace Surety.Server.Auth;

/// <summary>
/// <c>--no-auth</c>: nobody but the people of this machine. Each request is looked at, since listening addresses come from
/// several places; and its Host, since a name of another site can be made to point here (DNS rebinding).
/// </summary>
internal sealed class LoopbackOnly(RequestDelegate next)
{
    private static readonly SuretyException Refusal = new(
        ErrorCode.AccessRefused,
        "this server runs with --no-auth and answers nobody but this machine; nothing was done",
        "use http://localhost or http://127.0.0.1 on the machine itself"
    );

    /// <exception cref="SuretyException">InvalidArgument: an address can be reached from elsewhere.</exception>
    public static void Require(IEnumerable<string> urls)
    {
        if (urls.FirstOrDefault(url => !IsLoopback(url)) is { } open)
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"--no-auth would let everybody who reaches {open} do everything; the server was not started",
                "listen on http://127.0.0.1:7890, or leave --no-auth out and add tokens or users: surety access"
            );
        }
    }

    /// <summary>True where nobody but this machine reaches an address to listen on.</summary>
    public static bool IsLoopback(string url) =>
        BindingAddress.Parse(url) is { IsUnixPipe: false, IsNamedPipe: false } address && IsOwnName(address.Host);

    public Task InvokeAsync(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote
        && IPAddress.IsLoopback(remote)
        && IsOwnName(context.Request.Host.Host)
            ? next(context)
            : Problem.WriteAsync(context, Refusal);

    private static bool IsOwnName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
