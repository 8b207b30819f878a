using System.Collections;
using Surety.Cli.Output;

namespace Surety.Cli.Commands;

/// <summary>What surrounds a run of the command line: this process, or a test.</summary>
internal sealed record CommandHost(
    IConsole Console,
    IInterrupts Interrupts,
    TimeProvider Clock,
    IReadOnlyDictionary<string, string?> Environment,
    string WorkingDirectory
)
{
    public static CommandHost ForProcess(ProcessConsole console) =>
        new(
            console,
            new ProcessInterrupts(),
            TimeProvider.System,
            System
                .Environment.GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value),
            System.Environment.CurrentDirectory
        );
}
