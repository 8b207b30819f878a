using Surety.Repository.Encryption;

namespace Surety.Core.Configuration;

/// <summary>The key that the settings name for a repository; where they name none, somebody is asked.</summary>
/// <param name="setting">Null where nothing is set.</param>
/// <param name="ask">Asks for the passphrase of a repository at a place; gives null where nobody answers.</param>
/// <param name="warn">Told what is wrong with a key file, and that a key is not needed.</param>
public sealed class ConfiguredKey(
    KeySetting? setting,
    Func<string, CancellationToken, ValueTask<KeySecret?>> ask,
    Action<string> warn
) : IKeySource
{
    public bool RequiresEncryption => setting is { IsOfSection: true };

    public ValueTask<KeySecret?> FindAsync(string location, CancellationToken cancellationToken) =>
        setting is null ? ask(location, cancellationToken) : new(setting.Read(warn));

    /// <summary>Says so where a key is set and the repository in use is not encrypted.</summary>
    public void WarnIfUnused(string location, bool isEncrypted)
    {
        if (setting is { IsOfSection: false } && !isEncrypted)
        {
            warn($"{setting.Source} is set, and {location} is not encrypted: whoever can read it can read the data");
        }
    }
}
