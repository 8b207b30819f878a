using System.CommandLine;

namespace Surety.Cli.Commands.Keys;

/// <summary><c>surety key</c>: who can open an encrypted repository.</summary>
internal sealed class KeyCommand : Command
{
    /// <summary>Hint for where a new key was not given and nobody can be asked.</summary>
    public const string WhereElse =
        "set SURETY_NEW_PASSPHRASE, SURETY_NEW_PASSPHRASE_FILE or SURETY_NEW_KEY_FILE, or make a key file: --new-key-file FILE";

    public KeyCommand()
        : base("key", "List, add, change and remove the keys of an encrypted repository; no data is written again")
    {
        Subcommands.Add(new KeyListCommand());
        Subcommands.Add(new KeyAddCommand());
        Subcommands.Add(new KeyChangeCommand());
        Subcommands.Add(new KeyRemoveCommand());
    }
}
