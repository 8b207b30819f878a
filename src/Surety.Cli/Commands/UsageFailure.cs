using System.CommandLine;
using Surety.Cli.Output;
using Surety.Core.Configuration;
using Surety.Repository.Errors;

namespace Surety.Cli.Commands;

/// <summary>Says what is wrong with a command line, without repeating a password that stands in it.</summary>
internal static class UsageFailure
{
    public static Failure NoCommand { get; } = Usage("no command was given", "'surety --help' lists the commands");

    /// <summary>Null where the command line is right.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="attached">True under <c>--attached</c>.</param>
    public static Failure? Of(ParseResult parsed, bool attached)
    {
        var command = parsed.CommandResult.Command;
        if (command.TreatUnmatchedTokensAsErrors && parsed.UnmatchedTokens is [var unknown, ..])
        {
            return Unknown(unknown, command);
        }

        if (parsed.Errors is [var error, ..])
        {
            return Usage(Sentence(error.Message), $"'{Path(command)} --help' shows what it takes");
        }

        return attached && command is SuretyCommand reader && reader.ReadsInput(parsed)
            ? Usage(
                "this command needs the standard input, which under --attached only tells when to end",
                "leave --attached out"
            )
            : null;
    }

    private static Failure Unknown(string token, Command command)
    {
        var isOption = token.StartsWith('-');
        var candidates = isOption ? OptionNames(command) : command.Subcommands.Select(known => known.Name);
        var kind =
            isOption ? "option"
            : command.Subcommands.Count > 0 ? "command"
            : "argument";
        var shown = isOption ? token.Split('=')[0] : token;
        var nearest = Spelling.Nearest(shown, candidates);
        var help = $"'{Path(command)} --help' shows what there is";
        return Usage($"unknown {kind} '{shown}'", nearest is null ? help : $"did you mean '{nearest}'? {help}");
    }

    private static IEnumerable<string> OptionNames(Command command) =>
        Lineage(command).SelectMany(known => known.Options).Select(option => option.Name);

    private static string Path(Command command) =>
        string.Join(' ', Lineage(command).Reverse().Select(known => known.Name));

    private static IEnumerable<Command> Lineage(Command? command)
    {
        for (; command is not null; command = command.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return command;
        }
    }

    /// <summary>System.CommandLine writes sentences; Surety's messages are facts that go on.</summary>
    private static string Sentence(string message)
    {
        var text = message.TrimEnd('.');
        return char.ToLowerInvariant(text[0]) + text[1..];
    }

    private static Failure Usage(string fact, string hint) =>
        new(ErrorCode.InvalidArgument, Secrets.Hide($"{fact}; nothing was done"), Secrets.Hide(hint));
}
