using System.CommandLine;
using Surety.Cli.Commands;
using Surety.Cli.Output;

namespace Surety.Tests.Cli;

/// <summary>What one run of the command line did.</summary>
internal sealed record CommandLineRun(int ExitCode, string Out, string Error)
{
    /// <summary>Runs the real command line with one command, <c>work</c>, that does what the test says.</summary>
    public static async Task<CommandLineRun> OfAsync(
        Func<OperationContext, Task<CommandResult>> work,
        string[] arguments,
        Dictionary<string, string?>? environment = null,
        ManualInterrupts? interrupts = null,
        string? typed = null,
        RecordingConsole? console = null
    )
    {
        return await OfAsync(
            [new WorkCommand(work)],
            arguments,
            Path.GetTempPath(),
            environment ?? [],
            interrupts ?? new ManualInterrupts(),
            console ?? new RecordingConsole { Typed = typed }
        );
    }

    /// <summary>Runs the real command line with its real commands in a folder.</summary>
    public static Task<CommandLineRun> InAsync(string folder, params string[] arguments) =>
        InAsync(folder, [], typed: null, arguments);

    /// <summary>As the other, with an environment, and with somebody at the terminal who types the same again and again.</summary>
    public static Task<CommandLineRun> InAsync(
        string folder,
        Dictionary<string, string?> environment,
        string? typed,
        params string[] arguments
    ) =>
        OfAsync(
            CommandLine.Commands(),
            arguments,
            folder,
            environment,
            new ManualInterrupts(),
            new RecordingConsole { Typed = typed }
        );

    public static Task<CommandLineRun> OfAsync(params string[] arguments) =>
        OfAsync(_ => Task.FromResult(Greeting), arguments);

    public static CommandResult Greeting { get; } =
        CommandResult.Of(new VersionDocument("hello"), Surety.Cli.Output.Documents.Json.VersionDocument, "hello\n");

    private static async Task<CommandLineRun> OfAsync(
        IEnumerable<Command> commands,
        string[] arguments,
        string folder,
        Dictionary<string, string?> environment,
        ManualInterrupts interrupts,
        RecordingConsole console
    )
    {
        var host = new CommandHost(console, interrupts, TimeProvider.System, environment, folder);
        var exitCode = await new CommandLine(commands, host).RunAsync(arguments);
        return new CommandLineRun(exitCode, console.OutText, console.ErrorText);
    }

    private sealed class WorkCommand : SuretyCommand
    {
        private readonly Func<OperationContext, Task<CommandResult>> work;

        public WorkCommand(Func<OperationContext, Task<CommandResult>> work)
            : base("work", "Does what the test says")
        {
            this.work = work;
            Options.Add(new Option<int>("--jobs"));
        }

        public override string UnfinishedState => "nothing was changed";

        public override Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context) => work(context);
    }
}
