using Surety.Repository.Errors;

namespace Surety.Core.Configuration;

/// <summary>Which of the places where a key can be named counts.</summary>
/// <param name="sources">The environment, and where paths in it start from.</param>
/// <param name="fileFolder">Where paths of the configuration file start from.</param>
internal sealed class KeyChoice(SettingsSources sources, string? fileFolder)
{
    private static readonly (string Name, KeyForm Form)[] Variables =
    [
        ("SURETY_PASSPHRASE", KeyForm.Passphrase),
        ("SURETY_PASSPHRASE_FILE", KeyForm.PassphraseFile),
        ("SURETY_KEY_FILE", KeyForm.KeyFile),
    ];

    private static readonly (string Name, KeyForm Form)[] NewVariables =
    [
        ("SURETY_NEW_PASSPHRASE", KeyForm.Passphrase),
        ("SURETY_NEW_PASSPHRASE_FILE", KeyForm.PassphraseFile),
        ("SURETY_NEW_KEY_FILE", KeyForm.KeyFile),
    ];

    /// <summary>
    /// Here the file is stronger than the environment: a repository's own section is more definite, and two repositories
    /// with two keys are named there.
    /// </summary>
    public KeySetting? Choose(KeySection? section) =>
        section is null ? OfEnvironment(Variables) : OfSection(section, fileFolder!);

    /// <summary>The key to be of <c>key add</c> and <c>key change</c>; null where the environment says nothing.</summary>
    public KeySetting? ChooseNew() => OfEnvironment(NewVariables);

    private KeySetting OfSection(KeySection section, string folder)
    {
        var value = section.Value.Expand(sources.Environment);
        var place = section.Value.Place;
        return new KeySetting($"{place.Key} in {place.File}", section.Form, Located(section.Form, value, folder), true);
    }

    private KeySetting? OfEnvironment((string Name, KeyForm Form)[] variables)
    {
        var set = variables.Where(variable => sources.Variable(variable.Name) is not null).ToList();
        return set switch
        {
            [] => null,
            [var (name, form)] => new KeySetting(
                name,
                form,
                Located(form, sources.Variable(name)!, sources.WorkingDirectory),
                isOfSection: false
            ),
            [var first, var second, ..] => throw new SuretyException(
                ErrorCode.InvalidConfiguration,
                $"{first.Name} and {second.Name} are both set; nothing was done",
                "unset one: a repository is opened by one key"
            )
            {
                Operation = "configuration",
            },
        };
    }

    private string Located(KeyForm form, string value, string folder) =>
        form == KeyForm.Passphrase ? value : sources.FullPath(value, folder);
}
