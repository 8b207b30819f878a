using System.CommandLine;

namespace Surety.Cli.Commands.Access;

/// <summary><c>surety access</c>: entries of surety.yaml for whoever may use <c>surety serve</c>.</summary>
internal sealed class AccessCommand : Command
{
    public AccessCommand()
        : base("access", "Make tokens and passwords for surety serve; only hashes of them go into surety.yaml")
    {
        Subcommands.Add(new AccessTokenCommand());
        Subcommands.Add(new AccessPasswordCommand());
    }
}
