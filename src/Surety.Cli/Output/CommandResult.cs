using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Surety.Cli.Output;

/// <summary>
/// What a command found or did, ready for both readers. A command returns it instead of writing it, so that stdout gets
/// exactly one document, after the progress display has gone.
/// </summary>
internal sealed class CommandResult
{
    private readonly Func<string> json;

    private CommandResult(int exitCode, string text, Func<string> json) =>
        (ExitCode, Text, this.json) = (exitCode, text, json);

    public int ExitCode { get; }

    /// <summary>For people; ends with a newline unless empty.</summary>
    public string Text { get; }

    /// <summary>For scripts; ends with a newline.</summary>
    public string Json => json() + "\n";

    public static CommandResult Of<T>(T document, JsonTypeInfo<T> type, string text, int exitCode = ExitCodes.Done) =>
        new(exitCode, text, () => JsonSerializer.Serialize(document, type));
}
