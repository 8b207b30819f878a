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
        // What runs the server runs its commands too: an installation can have its own runtime, and no dotnet.
        var host = Environment.ProcessPath is { } path && IsHost(path) ? path : null;
        var beside = Path.Join(AppContext.BaseDirectory, "..", host is null ? "surety" : "surety.dll");
        var found = Path.GetFullPath(named ?? beside);
        if (!File.Exists(found))
        {
            throw new SuretyException(
                ErrorCode.ToolMissing,
                $"the command surety is not beside its server ({found}); nothing was started",
                "install both together, or name the command with SURETY_CLI"
            );
        }

        return found.EndsWith(".dll", StringComparison.Ordinal)
            ? new SuretyProgramPlace(host ?? "dotnet", [found], workingDirectory)
            : new SuretyProgramPlace(found, [], workingDirectory);
    }

    private static bool IsHost(string path) => Path.GetFileNameWithoutExtension(path) == "dotnet";
}
