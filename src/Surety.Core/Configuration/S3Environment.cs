using Surety.Repository.Errors;
using Surety.Repository.Storage.S3;

namespace Surety.Core.Configuration;

/// <summary>
/// What the AWS variables say of a place that leaves it open. Profile and credentials are not read here: the SDK looks
/// for them itself, in the variables too.
/// </summary>
internal static class S3Environment
{
    public const string PathStyle = "SURETY_S3_PATH_STYLE";

    public static S3Place Complete(S3Place place, SettingsSources sources) =>
        place with
        {
            Endpoint = place.Endpoint ?? FindEndpoint(sources),
            Region = place.Region ?? sources.Variable("AWS_REGION") ?? sources.Variable("AWS_DEFAULT_REGION"),
            PathStyle = place.PathStyle ?? FindPathStyle(sources),
        };

    /// <summary>An address of a service, or null for a text that is none.</summary>
    public static Uri? ParseEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri is { Scheme: "https" or "http", UserInfo: "", Query: "", PathAndQuery: "/" }
            ? uri
            : null;

    public static bool? ParseSwitch(string text) =>
        text switch
        {
            "true" or "1" => true,
            "false" or "0" => false,
            _ => null,
        };

    private static Uri? FindEndpoint(SettingsSources sources)
    {
        foreach (var name in new[] { "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL" })
        {
            if (sources.Variable(name) is { } text)
            {
                return ParseEndpoint(text)
                    ?? throw Error(
                        $"{name} is no address of a service",
                        "write it as https://HOST or https://HOST:PORT"
                    );
            }
        }

        return null;
    }

    private static bool? FindPathStyle(SettingsSources sources) =>
        sources.Variable(PathStyle) is { } text
            ? ParseSwitch(text) ?? throw Error($"{PathStyle} is neither true nor false", "set it to true or false")
            : null;

    private static SuretyException Error(string fact, string hint) =>
        new(ErrorCode.InvalidConfiguration, $"{fact}; nothing was done", hint) { Operation = "configuration" };
}
