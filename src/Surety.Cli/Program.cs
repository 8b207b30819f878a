using Surety.Cli.Commands;
using Surety.Cli.Output;

using var console = new ProcessConsole();
return await new CommandLine(CommandLine.Commands(), CommandHost.ForProcess(console)).RunAsync(args);
