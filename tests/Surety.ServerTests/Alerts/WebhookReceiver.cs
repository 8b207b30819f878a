using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Surety.ServerTests.Alerts;

/// <summary>A web server that keeps what is posted to it; other paths fail as their names say: <c>/500</c>, <c>/redirect</c>, <c>/hang</c>.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<Posted> taken = Channel.CreateUnbounded<Posted>();
    private int failures;

    private WebhookReceiver(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>True where it fails whatever is asked of it.</summary>
    public bool IsBroken { get; set; }

    /// <summary>How many requests it let fail.</summary>
    public int Failures => failures;

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Use(
            async (context, next) =>
            {
                if (receiver.IsBroken)
                {
                    await receiver.Fail(Results.StatusCode(503)).ExecuteAsync(context);
                    return;
                }

                await next(context);
            }
        );
        app.Map("/500", () => receiver.Fail(Results.StatusCode(500)));
        app.Map("/redirect", () => receiver.Fail(Results.Redirect("/taken")));
        app.Map(
            "/hang",
            async (HttpContext context) =>
            {
                Interlocked.Increment(ref receiver.failures);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
        );
        app.Map("/{**path}", receiver.TakeAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        receiver.Address = new Uri(address.Addresses.First());
        return receiver;
    }

    /// <summary>The next one that is posted, or was already.</summary>
    public async Task<Posted> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await taken.Reader.ReadAsync(patience.Token);
    }

    /// <summary>True where nothing more was posted until now.</summary>
    public bool IsEmpty => taken.Reader.Count == 0;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult Fail(IResult result)
    {
        Interlocked.Increment(ref failures);
        return result;
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var signature = context.Request.Headers["Surety-Signature"].FirstOrDefault();
        await taken.Writer.WriteAsync(new Posted(context.Request.Path, body.ToArray(), signature));
    }
}

internal sealed record Posted(string Path, byte[] Body, string? Signature)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Text(string name) => Json.GetProperty(name).GetString()!;
}
