using System.CommandLine;
using System.CommandLine.Parsing;

namespace Surety.Cli.Commands.Serving;

/// <summary>
/// Becomes the server, a program of its own beside this one, with whatever else stands on the command line: what it takes
/// is the server's business. Declared here are only the options that help shows.
/// </summary>
internal sealed class ServeCommand : Command
{
    public ServeCommand()
        : base("serve", "Run the server: schedules, REST API, dashboard, health, metrics, alerts")
    {
        TreatUnmatchedTokensAsErrors = false;
        Options.Add(
            new Option<string[]>("--urls")
            {
                Description = "Where to listen; http://127.0.0.1:7890 by default",
                HelpName = "URL",
            }
        );
        Options.Add(FlagOption.Create("--no-auth", "Ask nobody who they are; on a loopback address only"));
    }

    /// <summary>Does not return where the system can put another program in the place of this one.</summary>
    /// <returns>The exit code of the server.</returns>
    public static Task<int> RunAsync(ParseResult parsed)
    {
        var server = ServerProgram.Find(AppContext.BaseDirectory, Environment.ProcessPath);
        var arguments = parsed.Tokens.Where(token => token.Type != TokenType.Command).Select(token => token.Value);
        return ProcessReplacement.RunAsync(server.Path, [.. server.Arguments, .. arguments]);
    }
}
