using Surety.Testing.Storage;

namespace Surety.Tests.Verify;

public sealed class EncryptedVerifyTests : VerifyTests
{
    protected override FileKey Key { get; } = new();
}
