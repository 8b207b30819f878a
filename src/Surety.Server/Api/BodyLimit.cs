using Microsoft.AspNetCore.Http.Metadata;

namespace Surety.Server.Api;

/// <param name="Bytes">How long the body of a request may be.</param>
internal sealed record BodyLimit(long Bytes) : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => Bytes;
}
