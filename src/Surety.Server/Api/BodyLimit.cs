using Microsoft.AspNetCore.Http.Metadata;

namespace Surety.Server.Api;

/// <summary>Of an endpoint that takes more than <see cref="Standard"/>.</summary>
/// <param name="Bytes">How long the body of a request may be.</param>
internal sealed record BodyLimit(long Bytes) : IRequestSizeLimitMetadata
{
    /// <summary>What is sent without a name, a password to sign in with too, fills neither the memory nor the disk.</summary>
    public const int Standard = 256 * 1024;

    /// <summary>Files of SQL may be longer than anything else.</summary>
    public static BodyLimit OfScripts { get; } = new(16 * 1024 * 1024);

    public long? MaxRequestBodySize => Bytes;
}
