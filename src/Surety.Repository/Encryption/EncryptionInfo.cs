namespace Surety.Repository.Encryption;

/// <summary>What <c>surety.json</c> says of an encrypted repository.</summary>
/// <param name="Method">How objects and documents are encrypted: always <see cref="Aes256Gcm"/>.</param>
/// <param name="Check">64 hex digits that only this repository's key gives.</param>
public sealed record EncryptionInfo(string Method, string Check)
{
    public const string Aes256Gcm = "aes-256-gcm";
}
