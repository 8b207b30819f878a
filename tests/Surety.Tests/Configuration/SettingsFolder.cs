using Surety.Core.Configuration;

namespace Surety.Tests.Configuration;

/// <summary>A working directory with, where a test wants it, a <c>surety.yaml</c>.</summary>
public sealed class SettingsFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("surety-settings-").FullName;

    public void Write(string yaml, string name = "surety.yaml") =>
        File.WriteAllText(System.IO.Path.Join(Path, name), yaml);

    public SuretySettings Load(
        string? db = null,
        string? repo = null,
        string? config = null,
        params (string Name, string Value)[] environment
    ) =>
        SuretySettings.Load(
            new SettingsSources
            {
                Database = db,
                Repository = repo,
                ConfigurationFile = config,
                Environment = environment.ToDictionary(variable => variable.Name, variable => (string?)variable.Value),
                WorkingDirectory = Path,
            }
        );

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
