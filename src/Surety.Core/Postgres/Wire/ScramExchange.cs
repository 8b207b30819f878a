using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// The client's side of SCRAM-SHA-256, with or without channel binding. Sources: RFC 5802, RFC 7677 and PostgreSQL
/// manual, 55.3 "SASL Authentication".
/// </summary>
/// <param name="password">The role's password.</param>
/// <param name="nonce">Printable, random and used once.</param>
/// <param name="binding">What this side says about channel binding.</param>
/// <param name="user">Left empty for PostgreSQL, which takes the role from the start-up message.</param>
internal sealed class ScramExchange(string password, string nonce, ChannelBindingData binding, string user = "")
{
    private readonly string clientFirstBare = $"n={user},r={nonce}";
    private byte[] expectedSignature = [];

    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));

    public string ClientFirst => binding.Header + clientFirstBare;

    /// <summary>Answers the server's challenge.</summary>
    /// <exception cref="InvalidDataException">The challenge is not one of SCRAM, or not for this client.</exception>
    public string ClientFinal(string serverFirst)
    {
        var challenge = Attributes(serverFirst);
        var fullNonce = Required(challenge, 'r');
        if (!fullNonce.StartsWith(nonce, StringComparison.Ordinal) || fullNonce.Length == nonce.Length)
        {
            throw new InvalidDataException("the server's SCRAM nonce does not extend the client's");
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(Prepared(password)),
            FromBase64(Required(challenge, 's')),
            Iterations(Required(challenge, 'i')),
            HashAlgorithmName.SHA256,
            SHA256.HashSizeInBytes
        );
        var withoutProof = $"c={binding.Encoded},r={fullNonce}";
        var signed = Encoding.UTF8.GetBytes($"{clientFirstBare},{serverFirst},{withoutProof}");
        expectedSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), signed);

        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), signed);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    /// <summary>True where the server has proven that it knows the password's verifier too.</summary>
    public bool IsProvenBy(string serverFinal) =>
        Attributes(serverFinal).TryGetValue('v', out var signature)
        && CryptographicOperations.FixedTimeEquals(FromBase64(signature), expectedSignature);

    /// <summary>
    /// SASLprep (RFC 4013), as the server prepared the password when it was set: spaces of other scripts become a space,
    /// invisible characters vanish, the rest is normalised.
    /// </summary>
    private static string Prepared(string password)
    {
        if (Ascii.IsValid(password))
        {
            return password;
        }

        var mapped = password.Where(c => !IsMappedToNothing(c)).Select(c => IsOtherSpace(c) ? ' ' : c);
        return string.Concat(mapped).Normalize(NormalizationForm.FormKC);
    }

    private static bool IsOtherSpace(char c) => char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator;

    private static bool IsMappedToNothing(char c) =>
        c is '\u00AD' or '\u034F' or '\u1806' or '\u2060' or '\uFEFF'
        || c is (>= '\u180B' and <= '\u180D') or (>= '\u200B' and <= '\u200D') or (>= '\uFE00' and <= '\uFE0F');

    private static int Iterations(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw Malformed();

    private static byte[] FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : throw Malformed();
    }

    private static string Required(Dictionary<char, string> attributes, char name) =>
        attributes.TryGetValue(name, out var value) ? value : throw Malformed();

    private static InvalidDataException Malformed() => new("the server sent a malformed SCRAM message");

    private static Dictionary<char, string> Attributes(string message)
    {
        var attributes = new Dictionary<char, string>();
        foreach (var part in message.Split(','))
        {
            if (part.Length < 2 || part[1] != '=')
            {
                throw Malformed();
            }

            attributes[part[0]] = part[2..];
        }
        return attributes;
    }
}

/// <summary>The GS2 header that opens the exchange, and the data of the channel that it is bound to, if any.</summary>
internal readonly record struct ChannelBindingData(string Header, ReadOnlyMemory<byte> Data)
{
    /// <summary>No TLS, or a certificate that RFC 5929 gives no hash for.</summary>
    public static readonly ChannelBindingData Impossible = new("n,,", default);

    /// <summary>This side could, but was not offered it: a server that had offered it would notice the tampering.</summary>
    public static readonly ChannelBindingData NotOffered = new("y,,", default);

    /// <param name="certificateHash">Hash of the server's certificate by RFC 5929, 4.1.</param>
    public static ChannelBindingData To(byte[] certificateHash) => new("p=tls-server-end-point,,", certificateHash);

    public string Encoded => Convert.ToBase64String([.. Encoding.ASCII.GetBytes(Header), .. Data.Span]);
}
