using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Access;
using Surety.Repository.Errors;

namespace Surety.Cli.Commands.Access;

internal sealed class AccessPasswordCommand : SuretyCommand
{
    private const string Variable = "SURETY_NEW_PASSWORD";

    private readonly AccessEntryOptions entry = new();

    public AccessPasswordCommand()
        : base("password", "Hash a password for a person who signs in to the dashboard") => entry.AddTo(this);

    public override string UnfinishedState => "nothing was written";

    public override bool ReadsInput(ParseResult arguments) => true;

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        var password = await ReadAsync(context);
        if (password.Length is < PasswordHash.ShortestPassword or > PasswordHash.LongestPassword)
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"the password has {Units.Count(password.Length, "character")}; nothing was written",
                $"take {PasswordHash.ShortestPassword} to {PasswordHash.LongestPassword}: four random words are easy to remember"
            );
        }

        return AccessResult.OfPassword(entry.Read(arguments, PasswordHash.Of(password).ToString()));
    }

    /// <summary>From the environment, typed twice, or the first line of the input.</summary>
    private static async Task<string> ReadAsync(OperationContext context) =>
        context.Environment.GetValueOrDefault(Variable) is { Length: > 0 } given ? given
        : context.Output.CanAsk ? await PassphrasePrompt.AskTwiceAsync("password", context.Output, context.Cancellation)
        : await context.Host.Console.ReadLineAsync(context.Cancellation) ?? "";
}
