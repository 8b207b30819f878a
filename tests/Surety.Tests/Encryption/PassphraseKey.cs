using Surety.Repository.Encryption;

namespace Surety.Tests.Encryption;

/// <summary>A passphrase, with so few rounds that tests are quick.</summary>
internal sealed class PassphraseKey(string passphrase) : IKeySource
{
    public bool RequiresEncryption => false;

    public NewKey ToAdd(string? label = null) => new(KeySecret.OfPassphrase(passphrase), label) { Iterations = 1000 };

    public ValueTask<KeySecret?> FindAsync(string location, CancellationToken cancellationToken) =>
        new(KeySecret.OfPassphrase(passphrase));
}
