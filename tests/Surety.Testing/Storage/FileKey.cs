using Surety.Repository.Encryption;

namespace Surety.Testing.Storage;

/// <summary>A key file in memory: encrypts a repository without the quarter of a second that a passphrase takes.</summary>
public sealed class FileKey : IKeySource
{
    private readonly byte[] bytes;

    public FileKey(byte fill = 7)
    {
        bytes = new byte[32];
        Array.Fill(bytes, fill);
    }

    public bool RequiresEncryption { get; init; }

    public NewKey ToAdd(string? label = null) => new(Secret(), label);

    public ValueTask<KeySecret?> FindAsync(string location, CancellationToken cancellationToken) => new(Secret());

    private KeySecret Secret() => new(KeyKind.File, SecretBytes.CopyOf(bytes));
}
