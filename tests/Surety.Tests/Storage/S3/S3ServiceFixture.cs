using Surety.Testing.S3;

namespace Surety.Tests.Storage.S3;

/// <summary>A service of its own for a test class.</summary>
public sealed class S3ServiceFixture : IDisposable
{
    public S3Service Service { get; } = S3Service.StartAsync().GetAwaiter().GetResult();

    public void Dispose() => Service.Dispose();
}
