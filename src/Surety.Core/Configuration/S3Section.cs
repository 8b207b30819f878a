using Surety.Repository.Errors;
using Surety.Repository.Storage.S3;
using Fields = System.Collections.Generic.Dictionary<string, Surety.Core.Configuration.ConfigurationNode>;

namespace Surety.Core.Configuration;

/// <summary>
/// What <c>surety.yaml</c> says of a repository in a bucket: the address under <c>s3</c>, and beside it what differs from
/// the AWS variables.
/// </summary>
internal sealed class S3Section
{
    /// <summary>The keys beside <c>s3</c>.</summary>
    public static readonly string[] Keys =
    [
        "endpoint",
        "region",
        "path_style",
        "profile",
        "access_key",
        "access_key_file",
        "secret_key",
        "secret_key_file",
        "session_token",
    ];

    private readonly ConfigurationValue address;
    private readonly Dictionary<string, ConfigurationValue> beside;

    private S3Section(ConfigurationValue address, Dictionary<string, ConfigurationValue> beside) =>
        (this.address, this.beside) = (address, beside);

    /// <summary>Null where the repository is none in a bucket.</summary>
    public static S3Section? Read(Fields fields)
    {
        var beside = fields.Where(field => Keys.Contains(field.Key)).ToDictionary(f => f.Key, f => f.Value.Text());
        if (fields.TryGetValue("s3", out var address))
        {
            RequireNoSecret(beside);
            return new S3Section(address.Text(), beside);
        }

        return beside.Count == 0
            ? null
            : throw beside
                .Values.First()
                .Place.Error(
                    $"{beside.Values.First().Place.Key} belongs to a repository in a bucket",
                    "add its address: s3: s3://bucket/prefix"
                );
    }

    /// <param name="folder">Where relative paths of the file start.</param>
    public S3Place ToPlace(SettingsSources sources, string folder)
    {
        var text = address.Expand(sources.Environment);
        var place = S3Address.IsOne(text)
            ? S3Address.Parse(text, address.Place.Error)
            : throw address.Place.Error($"{address.Place.Key} is no s3:// address", "write it as s3://bucket/prefix");
        string? Text(string key) => beside.GetValueOrDefault(key)?.Expand(sources.Environment);
        return S3Environment.Complete(
            place with
            {
                Endpoint = Text("endpoint") is { } endpoint
                    ? S3Environment.ParseEndpoint(endpoint)
                        ?? throw Wrong(
                            "endpoint",
                            "is no address of a service",
                            "write it as https://HOST or https://HOST:PORT"
                        )
                    : null,
                Region = Text("region"),
                PathStyle = Text("path_style") is { } style
                    ? S3Environment.ParseSwitch(style)
                        ?? throw Wrong("path_style", "is neither true nor false", "write true or false")
                    : null,
                Profile = Text("profile"),
                Keys = FindKeys(sources, folder),
            },
            sources
        );
    }

    private S3Keys? FindKeys(SettingsSources sources, string folder)
    {
        var access = SecretFields.Find(beside, "access_key", "access_key_file", sources, folder);
        var secret = SecretFields.Find(beside, "secret_key", "secret_key_file", sources, folder);
        return (access, secret) switch
        {
            (null, null) => null,
            (not null, not null) when beside.ContainsKey("profile") => throw Wrong(
                "profile",
                "and keys are both given",
                "keep one of them"
            ),
            (not null, not null) => new S3Keys(
                access,
                secret,
                beside.GetValueOrDefault("session_token")?.Expand(sources.Environment)
            ),
            _ => throw address.Place.Error(
                "access_key and secret_key belong together, and one of them is missing",
                "give both, or neither to use the AWS variables or a profile"
            ),
        };
    }

    private static void RequireNoSecret(Dictionary<string, ConfigurationValue> beside)
    {
        foreach (var key in new[] { "access_key", "secret_key", "session_token" })
        {
            if (beside.GetValueOrDefault(key) is { } value && !value.IsVariable)
            {
                throw value.Place.Error(
                    $"{value.Place.Key} holds a secret in the file itself",
                    key == "session_token"
                        ? "write it as ${NAME} and keep it in the environment"
                        : $"write it as ${{NAME}} and keep it in the environment, or name a file: {key}_file"
                );
            }
        }
    }

    private SuretyException Wrong(string key, string fact, string hint) =>
        beside[key].Place.Error($"{beside[key].Place.Key} {fact}", hint);
}
