using System.CommandLine;
using System.CommandLine.Help;
using Surety.Cli.Commands.Access;
using Surety.Cli.Commands.Keys;
using Surety.Cli.Commands.Migrations;
using Surety.Cli.Commands.Schemas;
using Surety.Cli.Commands.Serving;
using Surety.Cli.Output;
using Surety.Core.Progress;
using Surety.Repository.Errors;

namespace Surety.Cli.Commands;

/// <summary>The whole command line: what it understands, and what is done with what it was given.</summary>
internal sealed class CommandLine
{
    private readonly CommandHost host;
    private readonly GlobalOptions globals = new();
    private readonly Option<bool> version = new("--version") { Description = "Show the version and end" };

    // Not a RootCommand: that one is named after the file of the process, which differs under a test or `dotnet surety.dll`.
    private readonly Command root = new(
        "surety",
        "Transaction-consistent PostgreSQL backups that are proven to restore exactly."
    );

    public CommandLine(IEnumerable<Command> commands, CommandHost host)
    {
        this.host = host;
        // With an action of its own the root is complete without a command, which --version needs.
        root.SetAction(_ => ExitCodes.Usage);
        foreach (var command in commands)
        {
            root.Subcommands.Add(command);
        }

        root.Options.Add(new HelpOption());
        root.Options.Add(version);
        globals.AddTo(root);
    }

    /// <summary>Every command of this version, in the order in which help lists them.</summary>
    public static IReadOnlyList<Command> Commands() =>
        [
            new DemoCommand(),
            new InitCommand(),
            new KeyCommand(),
            new DoctorCommand(),
            new BackupCommand(),
            new ListCommand(),
            new ShowCommand(),
            new StatsCommand(),
            new VerifyCommand(),
            new ValidateCommand(),
            new DiffCommand(),
            new RestoreCommand(),
            new RollbackCommand(),
            new DrillCommand(),
            new ExportCommand(),
            new CopyCommand(),
            new BundleCommand(),
            PinCommand.Pin(),
            PinCommand.Unpin(),
            new ForgetCommand(),
            new UnforgetCommand(),
            new PruneCommand(),
            new JournalCommand(),
            new ReportCommand(),
            new GuardCommand(),
            new SchemaCommand(),
            new MigrateCommand(),
            new CheckCommand(),
            new RehearseCommand(),
            new AccessCommand(),
            new ServeCommand(),
        ];

    /// <summary>Does what the arguments say and returns the exit code.</summary>
    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = Parse(arguments);
        var output = new CommandOutput(host.Console, globals.Output(parsed, host.Environment));
        if (parsed.Action is HelpAction help)
        {
            return Task.FromResult(ShowHelp(help, parsed));
        }

        if (UsageFailure.Of(parsed, output.Options.Attached) is { } failure)
        {
            output.Write(failure);
            return Task.FromResult(
                (parsed.CommandResult.Command as SuretyCommand)?.ExitCodeOf(failure) ?? failure.ExitCode
            );
        }

        if (parsed.GetValue(version))
        {
            output.Write(ProductVersion.Result());
            return Task.FromResult(ExitCodes.Done);
        }

        return parsed.CommandResult.Command switch
        {
            SuretyCommand command => new CommandRunner(host, globals, output, Text(arguments)).RunAsync(
                command,
                parsed
            ),
            ServeCommand => ServeAsync(parsed, output),
            _ => Task.FromResult(Fail(output, UsageFailure.NoCommand)),
        };
    }

    /// <summary>Does what the arguments say, in silence: what a command finds is returned, what goes wrong is thrown.</summary>
    public Task<CommandResult> PlayAsync(IReadOnlyList<string> arguments, OperationCancellation stopping)
    {
        var parsed = Parse(arguments);
        if (UsageFailure.Of(parsed, attached: false) is { } failure)
        {
            throw new SuretyException(failure.Code, failure.Message, failure.Hint);
        }

        var silent = new CommandOutput(host.Console, globals.Output(parsed, host.Environment) with { Quiet = true });
        return new CommandRunner(host, globals, silent, Text(arguments)).InvokeAsync(
            (SuretyCommand)parsed.CommandResult.Command,
            parsed,
            new OperationProgress(),
            display: null,
            stopping
        );
    }

    /// <summary>Without what surrounds a command: this process becomes another program.</summary>
    private static async Task<int> ServeAsync(ParseResult parsed, CommandOutput output)
    {
        try
        {
            return await ServeCommand.RunAsync(parsed);
        }
        catch (SuretyException e)
        {
            return Fail(output, Failure.Of(e));
        }
    }

    private ParseResult Parse(IReadOnlyList<string> arguments) =>
        root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static string Text(IReadOnlyList<string> arguments) => CommandText.WithoutSecrets(["surety", .. arguments]);

    private static int Fail(CommandOutput output, Failure failure)
    {
        output.Write(failure);
        return failure.ExitCode;
    }

    private int ShowHelp(HelpAction help, ParseResult parsed)
    {
        parsed.InvocationConfiguration.Output = host.Console.Out;
        help.Invoke(parsed);
        host.Console.Out.Flush();
        return ExitCodes.Done;
    }
}
