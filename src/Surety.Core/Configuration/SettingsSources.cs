namespace Surety.Core.Configuration;

/// <summary>Where settings come from, strongest first: flags, environment, <c>surety.yaml</c>.</summary>
public sealed class SettingsSources
{
    /// <summary>Value of <c>--db</c>; may hold a password, so this type is not a record.</summary>
    public string? Database { get; init; }

    /// <summary>Value of <c>--repo</c>.</summary>
    public string? Repository { get; init; }

    /// <summary>Value of <c>--config</c>.</summary>
    public string? ConfigurationFile { get; init; }

    public required IReadOnlyDictionary<string, string?> Environment { get; init; }

    /// <summary>Full path of the folder that relative paths start from.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>An environment variable; one that is set to nothing counts as not set.</summary>
    internal string? Variable(string name) =>
        Environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The full path of a file or folder; <c>~/</c> is the home folder.</summary>
    internal string FullPath(string path, string from)
    {
        var home = path.StartsWith("~/", StringComparison.Ordinal) ? Variable("HOME") : null;
        return Path.GetFullPath(home is null ? path : Path.Join(home, path[2..]), from);
    }
}
