using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Surety.Repository.Storage;
using Surety.Repository.Storage.S3;

namespace Surety.Testing.S3;

/// <summary>
/// An S3 service on loopback: a proxy before <see cref="S3Server"/> that adds what a real service promises and the server
/// does not (a body is checked and complete before anything is written, requests happen one after the other, conditions
/// are kept, uploads can be abandoned), and that fails where a test wants it.
/// </summary>
public sealed class S3Service : IAsyncDisposable, IDisposable
{
    /// <summary>Access key and secret key.</summary>
    public const string Key = "S3RVER";

    private readonly WebApplication application;
    private readonly S3Backend backend;
    private readonly ConcurrentDictionary<string, byte> openUploads = new();
    private readonly SemaphoreSlim oneByOne = new(1);
    private readonly List<string> written = [];
    private int calls;

    private S3Service(Uri server)
    {
        backend = new S3Backend(server);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        application = builder.Build();
        application.Run(HandleAsync);
    }

    /// <summary>Asked for each request: what goes wrong with it, or null.</summary>
    public Func<S3Call, S3Fault?>? Fault { get; set; }

    public S3Conditions Conditions { get; set; }

    /// <summary>How many requests were begun.</summary>
    public int Calls => calls;

    /// <summary>Uploads in parts that were begun and neither completed nor abandoned.</summary>
    public int OpenUploads => openUploads.Count;

    public Uri Endpoint { get; private set; } = null!;

    public static async Task<S3Service> StartAsync()
    {
        var service = new S3Service(await S3Server.AddressAsync());
        await service.application.StartAsync();
        var addresses = service
            .application.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>();
        service.Endpoint = new Uri(addresses!.Addresses.Single());
        return service;
    }

    /// <summary>Tries again at once, and waits for an answer as long as a busy machine takes.</summary>
    internal static S3Terms Quick { get; } =
        new() { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(5) };

    /// <summary>For a service that falls silent: it is not waited for.</summary>
    internal static S3Terms Impatient { get; } = Quick with { Patience = TimeSpan.FromMilliseconds(300) };

    public static IOpenBlobStore Open(S3Place place) => S3BlobStore.Open(place, TimeProvider.System, Impatient);

    /// <summary>A place that nothing was ever written to.</summary>
    public S3Place NewPlace() =>
        new(S3Server.Bucket, RandomNumberGenerator.GetHexString(12, lowercase: true))
        {
            Endpoint = Endpoint,
            Keys = new S3Keys(Key, Key, null),
        };

    public async ValueTask DisposeAsync()
    {
        // Silent requests would hold it up.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
        backend.Dispose();
        oneByOne.Dispose();
    }

    // xunit 2 knows no IAsyncDisposable.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task HandleAsync(HttpContext context)
    {
        var call = S3Call.Of(Interlocked.Increment(ref calls), context.Request);
        var fault = Fault?.Invoke(call);
        if (fault is S3Fault.TornUpload)
        {
            await context.Request.Body.ReadAtLeastAsync(new byte[100], 100, throwOnEndOfStream: false);
        }

        var answer = await FailBeforeAsync(fault, context) ?? await ServeAsync(call, fault, context);
        await SendAsync(answer, fault, context);
    }

    private static async Task<S3Answer?> FailBeforeAsync(S3Fault? fault, HttpContext context)
    {
        switch (fault)
        {
            case S3Fault.Answer { Done: false } said:
                return S3Answer.Error(said.Status, said.Code);
            case S3Fault.Reset { Done: false } or S3Fault.TornUpload:
                return S3Answer.None;
            case S3Fault.Silence { Done: false }:
                await SilenceAsync(context);
                return S3Answer.None;
            default:
                return null;
        }
    }

    private async Task<S3Answer> ServeAsync(S3Call call, S3Fault? fault, HttpContext context)
    {
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return S3Answer.None;
        }

        var content = body.ToArray();
        if (!IsAsSigned(content, context.Request))
        {
            return S3Answer.Error(400, "XAmzContentSHA256Mismatch");
        }

        await oneByOne.WaitAsync();
        try
        {
            var answer = await ServeWholeAsync(call, content, context.Request);
            return fault is S3Fault.StaleList ? answer.WithoutKeys(written.TakeLast(3)) : answer;
        }
        finally
        {
            oneByOne.Release();
        }
    }

    private async Task<S3Answer> ServeWholeAsync(S3Call call, byte[] content, HttpRequest request)
    {
        if (call.Verb == S3Verb.Write && request.Headers.IfNoneMatch.Count > 0 && Conditions != S3Conditions.Ignored)
        {
            if (Conditions == S3Conditions.NotImplemented)
            {
                return S3Answer.Error(501, "NotImplemented");
            }

            if (await backend.LengthAsync(request) is not null)
            {
                return S3Answer.Error(412, "PreconditionFailed");
            }
        }

        if (
            call.Verb is S3Verb.UploadPart or S3Verb.CompleteUpload
            && !openUploads.ContainsKey($"{request.Query["uploadId"]}")
        )
        {
            return S3Answer.Error(404, "NoSuchUpload");
        }

        if (call.Verb == S3Verb.AbandonUpload)
        {
            openUploads.TryRemove($"{request.Query["uploadId"]}", out _);
            return new S3Answer(204, [], []);
        }

        var answer = await backend.SendAsync(request, content);
        if (answer.Status == 200)
        {
            await RememberAsync(call, content, request, answer);
        }

        return answer;
    }

    private async Task RememberAsync(S3Call call, byte[] content, HttpRequest request, S3Answer answer)
    {
        switch (call.Verb)
        {
            case S3Verb.Write:
                await backend.WaitUntilWholeAsync(request, content.Length);
                written.Add(call.Key);
                break;
            case S3Verb.BeginUpload:
                openUploads.TryAdd(answer.Text("UploadId"), 0);
                break;
            case S3Verb.CompleteUpload:
                openUploads.TryRemove($"{request.Query["uploadId"]}", out _);
                written.Add(call.Key);
                break;
            default:
                break;
        }
    }

    private static async Task SendAsync(S3Answer answer, S3Fault? fault, HttpContext context)
    {
        if (fault is S3Fault.Silence { Done: true })
        {
            await SilenceAsync(context);
        }

        if (fault is S3Fault.Reset || answer.Status == 0)
        {
            context.Abort();
            return;
        }

        await (fault is S3Fault.Answer { Done: true } said ? S3Answer.Error(said.Status, said.Code) : answer).SendAsync(
            context,
            isTorn: fault is S3Fault.TornDownload
        );
    }

    private static async Task SilenceAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var _ = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private static bool IsAsSigned(byte[] content, HttpRequest request) =>
        $"{request.Headers["x-amz-content-sha256"]}" is { Length: 64 } digest
        && digest.Equals(Convert.ToHexString(SHA256.HashData(content)), StringComparison.OrdinalIgnoreCase);
}
