using Fields = System.Collections.Generic.Dictionary<string, Surety.Core.Configuration.ConfigurationNode>;

namespace Surety.Core.Configuration;

/// <summary>Reads what a repository's section says about its key.</summary>
internal static class KeySectionReader
{
    private static readonly (string Key, KeyForm Form)[] Forms =
    [
        ("passphrase", KeyForm.Passphrase),
        ("passphrase_file", KeyForm.PassphraseFile),
        ("key_file", KeyForm.KeyFile),
    ];

    public static IEnumerable<string> Keys => Forms.Select(form => form.Key);

    public static KeySection? Read(ConfigurationPlace place, Fields fields)
    {
        var given = Forms.Where(form => fields.ContainsKey(form.Key)).ToList();
        if (given.Count > 1)
        {
            throw place.Error(
                $"{place.Key} has {given[0].Key} and {given[1].Key}",
                "keep one: a repository is opened by one key"
            );
        }

        return given is [var (key, form)] ? new KeySection(form, Checked(form, fields[key].Text())) : null;
    }

    // A configuration file gets copied, committed and shown: a passphrase in it would not stay one.
    private static ConfigurationValue Checked(KeyForm form, ConfigurationValue value) =>
        form != KeyForm.Passphrase || value.IsVariable
            ? value
            : throw value.Place.Error(
                $"{value.Place.Key} is written into the file",
                "take it from the environment, passphrase: ${NAME}, or from a file, passphrase_file: PATH; "
                    + "and change it if others may have read this file: surety key change"
            );
}
