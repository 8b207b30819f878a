using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Surety.Repository.Documents;
using Surety.Repository.Errors;

namespace Surety.Repository.Encryption;

/// <summary>Body of <c>keys/ID.json</c>: the repository's key, wrapped by one of the keys that open it.</summary>
/// <param name="Id">32 hex digits; also the document's name.</param>
/// <param name="Repository">Id of the repository that it opens.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="Label">For people.</param>
/// <param name="Kind">What opens it.</param>
/// <param name="Derivation">Of a passphrase; null for a key file, whose bytes are the wrapping key.</param>
/// <param name="Wrapped">Nonce, the encrypted repository key, tag.</param>
internal sealed record KeyDocument(
    string Id,
    string Repository,
    DateTimeOffset CreatedAt,
    string? Label,
    KeyKind Kind,
    KeyDerivation? Derivation,
    byte[] Wrapped
)
{
    public const string Folder = "keys/";

    private const int IdDigits = 32;

    [JsonIgnore]
    public string Name => NameOf(Id);

    /// <summary>Wraps the repository's key for a new key.</summary>
    public static KeyDocument Wrap(RepositoryKey repositoryKey, NewKey key, DateTimeOffset now)
    {
        var document = new KeyDocument(
            RandomNumberGenerator.GetHexString(IdDigits, lowercase: true),
            repositoryKey.RepositoryId,
            now,
            key.Label,
            key.Secret.Kind,
            key.Secret.Kind == KeyKind.Passphrase ? KeyDerivation.New(key.Iterations) : null,
            new byte[RepositoryKey.Size + SealedBytes.Overhead]
        );
        repositoryKey.Span.CopyTo(SealedBytes.Text(document.Wrapped));
        using var wrapping = document.WrappingKey(key.Secret);
        SealedBytes.Seal(wrapping, document.Wrapped, document.Context());
        return document;
    }

    /// <summary>The repository's key; null where this secret is not the one that wrapped it.</summary>
    public RepositoryKey? TryUnwrap(KeySecret secret)
    {
        if (secret.Kind != Kind)
        {
            return null;
        }

        using var wrapping = WrappingKey(secret);
        using var opened = SecretBytes.CopyOf(Wrapped);
        return SealedBytes.TryOpen(wrapping, opened.Span, Context())
            ? new RepositoryKey(SecretBytes.CopyOf(SealedBytes.Text(opened.Span)), Repository)
            : null;
    }

    public byte[] ToBytes() =>
        DocumentCodec.Plain.Write(DocumentKind.Key, Name, this, RepositoryJson.Default.KeyDocument);

    public static KeyDocument FromBytes(string name, byte[] bytes)
    {
        var key = DocumentCodec.Plain.Read(DocumentKind.Key, name, bytes, RepositoryJson.Default.KeyDocument);
        key.Derivation?.Require(name);
        var isPossible =
            key.Name == name
            && (key.Kind == KeyKind.Passphrase) == key.Derivation is not null
            && key.Wrapped.Length == RepositoryKey.Size + SealedBytes.Overhead;
        return isPossible
            ? key
            : throw new SuretyException(
                ErrorCode.RepositoryDamaged,
                $"{name} is damaged: it is not the key that its name says",
                "bring the file back from a copy of the repository, or open it with another key and remove this one"
            )
            {
                Object = name,
            };
    }

    public static bool IsName(string name) =>
        name.StartsWith(Folder, StringComparison.Ordinal)
        && name.Length == NameOf("").Length + IdDigits
        && Path.GetFileNameWithoutExtension(name).All(char.IsAsciiHexDigitLower);

    public static string NameOf(string id) => $"{Folder}{id}{DocumentFolder.Extension}";

    private SecretBytes WrappingKey(KeySecret secret) =>
        Derivation?.Derive(secret.Bytes) ?? SecretBytes.CopyOf(secret.Bytes.Span);

    private byte[] Context() => Encoding.ASCII.GetBytes($"surety key\n{Repository}\n{Name}");
}
