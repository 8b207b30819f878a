using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Core.Listing;
using Surety.Server.Runs;

namespace Surety.Server.Api;

/// <summary>
/// How the API reads and writes. Reading is strict: a member that is not known, missing, written twice or null where it must
/// not be is refused, because a misspelt option that is ignored does something else than was asked for.
/// </summary>
internal static class ApiJson
{
    private const int Deepest = 16;

    public static JsonSerializerOptions Options { get; } = Create();

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = Deepest;
        options.Converters.Add(new RunIdConverter());
        options.Converters.Add(new UtcTimeConverter());
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
