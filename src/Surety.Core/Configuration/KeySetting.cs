using Surety.Repository.Encryption;

namespace Surety.Core.Configuration;

/// <summary>In which form the key of a repository is given.</summary>
public enum KeyForm
{
    Passphrase,
    PassphraseFile,
    KeyFile,
}

/// <summary>Where the key of a repository is. Not a record: its value may be the passphrase.</summary>
public sealed class KeySetting(string source, KeyForm form, string value, bool isOfSection)
{
    /// <summary>What names it, for messages: <c>SURETY_KEY_FILE</c>.</summary>
    public string Source { get; } = source;

    /// <summary>
    /// True where the repository's own section names it, so that the repository has to be encrypted. The environment is
    /// that of many repositories.
    /// </summary>
    public bool IsOfSection { get; } = isOfSection;

    /// <summary>Reads it. Errors as <see cref="KeyFile.ReadKey"/>.</summary>
    /// <param name="warn">Told where others may read the file.</param>
    public KeySecret Read(Action<string> warn) =>
        form switch
        {
            KeyForm.Passphrase => KeySecret.OfPassphrase(value),
            KeyForm.PassphraseFile => KeyFile.ReadPassphrase(value, warn),
            _ => KeyFile.ReadKey(value, warn),
        };
}
