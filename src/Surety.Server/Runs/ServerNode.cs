using System.Globalization;

namespace Surety.Server.Runs;

/// <summary>This server among those that share a job store.</summary>
/// <param name="Name">The machine and the process: unique among those that live.</param>
internal sealed record ServerNode(string Name)
{
    public static ServerNode ThisProcess { get; } =
        new(string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}"));
}
