using System.Globalization;
using System.Security.Cryptography;

namespace Surety.Server.Runs;

/// <summary>This server among those that share a job store.</summary>
/// <param name="Name">The machine, the process, and some characters of its own: containers often are process 1.</param>
internal sealed record ServerNode(string Name)
{
    public static ServerNode New() =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetString("0123456789abcdef", 4)}"
            )
        );
}
