using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Access;

namespace Surety.Cli.Commands.Access;

internal sealed class AccessTokenCommand : SuretyCommand
{
    private readonly AccessEntryOptions entry = new();

    public AccessTokenCommand()
        : base("token", "Make a token for a program: printed once, its hash is for surety.yaml") => entry.AddTo(this);

    public override string UnfinishedState => "no token was made";

    public override Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        var token = AccessToken.New();
        return Task.FromResult(AccessResult.OfToken(entry.Read(arguments, AccessToken.HashOf(token)), token));
    }
}
