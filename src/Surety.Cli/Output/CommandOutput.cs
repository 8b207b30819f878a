using System.Text.Json;
using Spectre.Console;
using Surety.Core.Progress;
using Surety.Repository.Errors;

namespace Surety.Cli.Output;

/// <summary>Data goes to stdout, what people read to stderr; see docs/cli.md.</summary>
internal sealed class CommandOutput(IConsole console, OutputOptions options)
{
    private readonly IAnsiConsole? live =
        options.Quiet || !console.ErrorIsTerminal || options.Plain || options.Attached ? null : Live(console);

    // While a question is on the screen, a display that redraws itself would overwrite the answer.
    private readonly Lock screen = new();
    private bool asking;

    public OutputOptions Options => options;

    /// <summary>A terminal for a display that redraws itself; null where plain lines have to do.</summary>
    public IAnsiConsole? LiveTerminal => live;

    /// <summary>Tells people something. Safe while a live display is shown.</summary>
    public void Say(string line)
    {
        if (options.Quiet)
        {
            return;
        }

        WriteLine(line, new AttachedLine { Message = line });
    }

    /// <summary>Tells the program that runs this how far it is.</summary>
    public void Report(ProgressSnapshot progress) =>
        console.Error.WriteLine(new AttachedLine { Progress = AttachedProgress.Of(progress) }.ToString());

    /// <summary>Tells people that something went wrong beside the result, even with <c>--quiet</c>.</summary>
    public void Warn(string fact) => WriteLine($"WARNING: {fact}", new AttachedLine { Warning = fact });

    private void WriteLine(string line, AttachedLine attached)
    {
        if (live is not null)
        {
            live.WriteLine(line);
        }
        else
        {
            console.Error.WriteLine(options.Attached ? attached.ToString() : line);
        }
    }

    /// <summary>True where somebody can be asked something.</summary>
    public bool CanAsk => console.CanAsk && !options.Attached;

    /// <summary>Asks on stderr and waits for the answer; what redraws itself stands still meanwhile.</summary>
    public Task<string?> AskAsync(string question, CancellationToken cancellationToken) =>
        AskAsync(question, () => console.ReadLineAsync(cancellationToken));

    /// <summary>As the other, without showing what is typed.</summary>
    public async Task<string?> AskSecretAsync(string question, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(question, () => console.ReadSecretAsync(cancellationToken));
        console.Error.WriteLine();
        return answer;
    }

    private async Task<string?> AskAsync(string question, Func<Task<string?>> read)
    {
        SetAsking(true);
        try
        {
            // A display leaves the cursor behind its line.
            console.Error.Write(live is null ? question : $"\n{question}");
            return await read();
        }
        finally
        {
            SetAsking(false);
        }
    }

    /// <summary>Redraws something, unless a question is on the screen.</summary>
    public void Redraw(Action draw)
    {
        lock (screen)
        {
            if (!asking)
            {
                draw();
            }
        }
    }

    private void SetAsking(bool now)
    {
        lock (screen)
        {
            asking = now;
        }
    }

    /// <summary>Data of a command that tells it as it goes; under <c>--json</c> only its document does.</summary>
    public void Tell(string text)
    {
        if (!options.Json)
        {
            console.Out.Write(text);
            console.Out.Flush();
        }
    }

    public void Write(CommandResult result)
    {
        console.Out.Write(options.Json ? result.Json : result.Text);
        console.Out.Flush();
        if (result.Remark is { } remark)
        {
            Say(remark);
        }

        if (result.Failure is { } failure)
        {
            WriteError(failure);
        }
    }

    /// <summary>Errors are told even with <c>--quiet</c>; under <c>--json</c> stdout has them as a document as well.</summary>
    public void Write(Failure failure)
    {
        if (options.Json)
        {
            var document = new ErrorDocument(ErrorBody.Of(failure));
            console.Out.Write(JsonSerializer.Serialize(document, Documents.Json.ErrorDocument) + "\n");
            console.Out.Flush();
        }

        WriteError(failure);
    }

    private void WriteError(Failure failure)
    {
        var cause = options.Verbose && failure.Cause is not null ? Secrets.Hide(failure.Cause.ToString()) : null;
        if (options.Attached)
        {
            console.Error.WriteLine(new AttachedLine { Error = ErrorBody.Of(failure), Message = cause }.ToString());
            return;
        }

        console.Error.WriteLine($"ERROR [{ErrorNames.NameOf(failure.Code)}]: {failure.Message}");
        if (failure.Hint is not null)
        {
            console.Error.WriteLine($"HINT: {failure.Hint}");
        }

        if (cause is not null)
        {
            console.Error.WriteLine(cause);
        }
    }

    private static IAnsiConsole Live(IConsole console) =>
        AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.Yes,
                Out = new AnsiConsoleOutput(console.Error),
            }
        );
}

/// <param name="Json">One JSON document on stdout instead of text.</param>
/// <param name="Quiet">Nothing on stderr but errors.</param>
/// <param name="Verbose">More in texts; the stack trace of an unexpected failure.</param>
/// <param name="Plain">No colors and nothing that redraws itself, even on a terminal.</param>
/// <param name="Attached">A program reads stderr: every line is one JSON object. Implies <paramref name="Json"/>.</param>
internal readonly record struct OutputOptions(bool Json, bool Quiet, bool Verbose, bool Plain, bool Attached = false);
