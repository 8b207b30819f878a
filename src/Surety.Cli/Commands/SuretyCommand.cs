using System.CommandLine;
using Surety.Cli.Output;

namespace Surety.Cli.Commands;

/// <summary>
/// A verb of the command line. It declares its arguments and options, calls one story of Core and renders the result;
/// everything around that (settings, cancellation, progress, errors, exit code) is <see cref="CommandRunner"/>'s.
/// </summary>
internal abstract class SuretyCommand(string name, string description) : Command(name, description)
{
    /// <summary>
    /// What is true of the data when the command was stopped or failed unexpectedly, to end a sentence with:
    /// <c>no backup was made</c>.
    /// </summary>
    public abstract string UnfinishedState { get; }

    /// <summary>What the process returns where the command ends without a result.</summary>
    public virtual int ExitCodeOf(Failure failure) => failure.ExitCode;

    /// <summary>True where the command reads the standard input, which <c>--attached</c> has another use for.</summary>
    public virtual bool ReadsInput(ParseResult arguments) => false;

    public abstract Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context);
}
