using Surety.Repository.Errors;

namespace Surety.Cli.Commands.Serving;

/// <summary>The program of the server, as the system starts it.</summary>
/// <param name="Path">What is executed.</param>
/// <param name="Arguments">Those that come before the server's own.</param>
internal sealed record ServerProgram(string Path, IReadOnlyList<string> Arguments)
{
    private const string Name = "surety-server";

    /// <param name="folder">Where this program's own files are.</param>
    /// <param name="host">The file that this process was started from: <c>dotnet</c>, or this program itself.</param>
    /// <exception cref="SuretyException">ServerNotInstalled.</exception>
    public static ServerProgram Find(string folder, string? host)
    {
        var server = System.IO.Path.Combine(folder, "server");
        var assembly = System.IO.Path.Combine(server, $"{Name}.dll");
        if (!File.Exists(assembly))
        {
            throw new SuretyException(
                ErrorCode.ServerNotInstalled,
                "the server is not installed beside surety; nothing was started",
                "install surety with its server; from source, './surety serve' builds it"
            )
            {
                Object = assembly,
            };
        }

        // What runs this program runs that one too: a published folder can have its own runtime, and no dotnet.
        return System.IO.Path.GetFileNameWithoutExtension(host) == "dotnet"
            ? new ServerProgram(host!, [assembly])
            : new ServerProgram(System.IO.Path.Combine(server, OperatingSystem.IsWindows() ? $"{Name}.exe" : Name), []);
    }
}
