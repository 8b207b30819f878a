using Microsoft.AspNetCore.Http;

namespace Surety.Testing.S3;

/// <summary>What a request asks of the service.</summary>
public enum S3Verb
{
    Read,
    Head,
    List,
    Write,
    Delete,
    BeginUpload,
    UploadPart,
    CompleteUpload,
    AbandonUpload,
}

/// <summary>One request: its number, counted from 1, what it asks, and the key (of a listing its prefix).</summary>
public sealed record S3Call(int Index, S3Verb Verb, string Key)
{
    internal static S3Call Of(int index, HttpRequest request)
    {
        // /BUCKET/KEY: tests use path style.
        var parts = request.Path.Value!.Split('/', 3);
        var key = parts.Length < 3 ? "" : parts[2];
        var verb = VerbOf(request, key);
        return new S3Call(index, verb, verb == S3Verb.List ? $"{request.Query["prefix"]}" : key);
    }

    private static S3Verb VerbOf(HttpRequest request, string key) =>
        (request.Method, request.Query.ContainsKey("uploadId")) switch
        {
            ("GET", _) => key.Length == 0 ? S3Verb.List : S3Verb.Read,
            ("HEAD", _) => S3Verb.Head,
            ("PUT", false) => S3Verb.Write,
            ("PUT", true) => S3Verb.UploadPart,
            ("POST", false) => S3Verb.BeginUpload,
            ("POST", true) => S3Verb.CompleteUpload,
            ("DELETE", false) => S3Verb.Delete,
            ("DELETE", true) => S3Verb.AbandonUpload,
            _ => throw new InvalidOperationException($"no request of S3: {request.Method} {request.Path}"),
        };
}

/// <summary>What goes wrong with a request.</summary>
public abstract record S3Fault
{
    /// <summary>The service answers so, with the request undone, or done all the same.</summary>
    public sealed record Answer(int Status, string Code, bool Done = false) : S3Fault;

    /// <summary>The connection is reset, with the request undone, or done all the same.</summary>
    public sealed record Reset(bool Done = false) : S3Fault;

    /// <summary>The request is done or not, and no answer comes until the client gives up.</summary>
    public sealed record Silence(bool Done = false) : S3Fault;

    /// <summary>The connection is reset in the middle of the request's body.</summary>
    public sealed record TornUpload : S3Fault;

    /// <summary>The connection is reset in the middle of the answer's body.</summary>
    public sealed record TornDownload : S3Fault;

    /// <summary>A listing does not show what was written last, as of services without strong consistency.</summary>
    public sealed record StaleList : S3Fault;
}

/// <summary>What the service does with a write on condition (<c>If-None-Match: *</c>).</summary>
public enum S3Conditions
{
    Kept,
    Ignored,
    NotImplemented,
}
