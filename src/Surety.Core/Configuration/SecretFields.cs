namespace Surety.Core.Configuration;

/// <summary>A secret of the configuration: in a variable of the environment, or in a file of its own.</summary>
internal static class SecretFields
{
    /// <summary>What one of two keys says, and null where neither is there; both at once are an error.</summary>
    /// <param name="fields">A section, as texts.</param>
    /// <param name="key">The key of the secret itself.</param>
    /// <param name="fileKey">The key of the path of a file that holds it.</param>
    /// <param name="sources">Where variables come from.</param>
    /// <param name="folder">Where relative paths start.</param>
    public static string? Find(
        IReadOnlyDictionary<string, ConfigurationValue> fields,
        string key,
        string fileKey,
        SettingsSources sources,
        string folder
    )
    {
        if (fields.GetValueOrDefault(fileKey) is not { } file)
        {
            return fields.GetValueOrDefault(key)?.Expand(sources.Environment);
        }

        if (fields.ContainsKey(key))
        {
            throw file.Place.Error($"{file.Place.Key} and {key} are both given", "keep one of them");
        }

        var path = sources.FullPath(file.Expand(sources.Environment), folder);
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } secret
                ? secret
                : throw file.Place.Error($"{path} is empty", "write the key into it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw file.Place.Error(
                $"{path} cannot be read: {e.Message}",
                "check that it is a file and that you may read it"
            );
        }
    }

    /// <summary>A configuration file gets copied, committed and shown: a secret in it would not stay one.</summary>
    public static void RequireVariable(ConfigurationValue? value, string fileKey)
    {
        if (value is { IsVariable: false })
        {
            throw value.Place.Error(
                $"{value.Place.Key} holds a secret in the file itself",
                $"write it as ${{NAME}} and keep it in the environment, or name a file: {fileKey}"
            );
        }
    }
}
