namespace Surety.Repository.Encryption;

/// <summary>What an encrypted repository is read and written with.</summary>
internal sealed class RepositoryCiphers(RepositoryKey key) : IDisposable
{
    public ObjectCipher Objects { get; } = new(key);

    public DocumentCipher Documents { get; } = new(key);

    public void Dispose()
    {
        Objects.Dispose();
        Documents.Dispose();
    }
}
