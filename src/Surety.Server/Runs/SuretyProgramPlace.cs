using Surety.Repository.Errors;

namespace Surety.Server.Runs;

/// <summary>Where the command line is: beside the server, or where <c>SURETY_CLI</c> says.</summary>
/// <param name="Program">What to start.</param>
/// <param name="Before">What stands before every command.</param>
/// <param name="WorkingDirectory">Full path; relative paths of the configuration and the environment start there.</param>
internal sealed record SuretyProgramPlace(string Program, IReadOnlyList<string> Before, string WorkingDirectory)
{
    /// <exception cref="SuretyException"><see cref="ErrorCode.ToolMissing"/> where there is none.</exception>
    public static SuretyProgramPlace Find(string? named, string workingDirectory)
    {
        var parent = Path.Join(AppContext.BaseDirectory, "..");
        string?[] candidates = [named, Path.Join(parent, "surety.dll"), Path.Join(parent, "surety")];
        var found = candidates.FirstOrDefault(candidate => candidate is not null && File.Exists(candidate));
        if (found is null || (named is not null && found != named))
        {
            throw new SuretyException(
                ErrorCode.ToolMissing,
                $"the command surety is not beside its server ({Path.GetFullPath(parent)}); nothing was started",
                "install both together, or name the command with SURETY_CLI"
            );
        }

        var full = Path.GetFullPath(found);
        return full.EndsWith(".dll", StringComparison.Ordinal)
            ? new SuretyProgramPlace(
                Environment.ProcessPath is { } host && IsHost(host) ? host : "dotnet",
                [full],
                workingDirectory
            )
            : new SuretyProgramPlace(full, [], workingDirectory);
    }

    private static bool IsHost(string path) => Path.GetFileNameWithoutExtension(path) == "dotnet";
}
