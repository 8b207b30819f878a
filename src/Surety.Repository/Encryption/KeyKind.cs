namespace Surety.Repository.Encryption;

/// <summary>What a key of a repository is made of.</summary>
public enum KeyKind
{
    Passphrase,

    /// <summary>A key file.</summary>
    File,
}
