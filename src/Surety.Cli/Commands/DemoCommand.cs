using System.CommandLine;
using Surety.Cli.Demo;
using Surety.Cli.Output;

namespace Surety.Cli.Commands;

internal sealed class DemoCommand() : SuretyCommand("demo", "Show the whole story on a throw-away server")
{
    public override string UnfinishedState => "the demo's server is removed, and nothing of yours was touched";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        await using var stage = await DemoStage.SetAsync(context);
        await new DemoStory(stage).TellAsync();
        // The rest of the story was told as it went. This is printed once the stage is gone.
        var end =
            $"\nBackup, accident and proven return took {Units.Duration(stage.Elapsed)}; everything is removed.\n";
        return CommandResult.Of(stage.ToDocument(), Documents.Json.DemoDocument, end);
    }
}
