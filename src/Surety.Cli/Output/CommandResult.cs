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

    private CommandResult(int exitCode, string text, string? remark, Failure? failure, Func<string> json) =>
        (ExitCode, Text, Remark, Failure, this.json) = (exitCode, text, remark, failure, json);

    public int ExitCode { get; }

    /// <summary>For people; ends with a newline unless empty.</summary>
    public string Text { get; }

    /// <summary>For people, on stderr, where stdout is not Surety's to write on; null for none.</summary>
    public string? Remark { get; }

    /// <summary>What ended the command with this result, told on stderr as any error; null where nothing did.</summary>
    public Failure? Failure { get; }

    /// <summary>For scripts; ends with a newline.</summary>
    public string Json => json() + "\n";

    public static CommandResult Of<T>(
        T document,
        JsonTypeInfo<T> type,
        string text,
        int exitCode = ExitCodes.Done,
        string? remark = null,
        Failure? failure = null
    ) => new(exitCode, text, remark, failure, () => JsonSerializer.Serialize(document, type));
}
