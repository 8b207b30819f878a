using System.Security.Cryptography;
using System.Text;

namespace Surety.Repository.Encryption;

/// <summary>
/// The random key that everything in an encrypted repository hangs on. It never changes and is stored only wrapped; what
/// is done with it is done with sub-keys, one for each purpose, by HKDF-SHA256 (RFC 5869) salted with the repository's id.
/// </summary>
internal sealed class RepositoryKey : IDisposable
{
    public const int Size = 32;

    private readonly SecretBytes key;
    private readonly byte[] repositoryId;

    /// <param name="key">Taken over, and wiped with this.</param>
    /// <param name="repositoryId">Its 32 hex digits.</param>
    public RepositoryKey(SecretBytes key, string repositoryId)
    {
        this.key = key;
        this.repositoryId = Convert.FromHexString(repositoryId);
        RepositoryId = repositoryId;
    }

    public static RepositoryKey New(string repositoryId) => new(SecretBytes.Random(Size), repositoryId);

    public string RepositoryId { get; }

    /// <summary>The key itself, to be wrapped.</summary>
    public ReadOnlySpan<byte> Span => key.Span;

    public SecretBytes Derive(string purpose)
    {
        var derived = new SecretBytes(Size);
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            key.Span,
            derived.Span,
            repositoryId,
            Encoding.ASCII.GetBytes(purpose)
        );
        return derived;
    }

    /// <summary>What <c>surety.json</c> keeps, to know the key by. It tells nothing of the key or of its sub-keys.</summary>
    public string Check()
    {
        using var check = Derive("surety check");
        return Convert.ToHexStringLower(check.Span);
    }

    public void Dispose() => key.Dispose();
}
