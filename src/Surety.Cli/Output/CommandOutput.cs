using System.Text.Json;
using Spectre.Console;

namespace Surety.Cli.Output;

/// <summary>Data goes to stdout, what people read to stderr; see docs/cli.md.</summary>
internal sealed class CommandOutput(IConsole console, OutputOptions options)
{
    private readonly IAnsiConsole? live =
        options.Quiet || !console.ErrorIsTerminal || options.Plain ? null : Live(console);

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

        if (live is not null)
        {
            live.WriteLine(line);
        }
        else
        {
            console.Error.WriteLine(line);
        }
    }

    /// <summary>Tells people that something went wrong beside the result, even with <c>--quiet</c>.</summary>
    public void Warn(string fact)
    {
        if (live is not null)
        {
            live.WriteLine($"WARNING: {fact}");
        }
        else
        {
            console.Error.WriteLine($"WARNING: {fact}");
        }
    }

    /// <summary>True where somebody can be asked something.</summary>
    public bool CanAsk => console.CanAsk;

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
            var body = new ErrorBody(ExitCodes.NameOf(failure.Code), failure.Message, failure.Hint);
            var document = new ErrorDocument(body);
            console.Out.Write(JsonSerializer.Serialize(document, Documents.Json.ErrorDocument) + "\n");
            console.Out.Flush();
        }

        WriteError(failure);
    }

    private void WriteError(Failure failure)
    {
        console.Error.WriteLine($"ERROR [{ExitCodes.NameOf(failure.Code)}]: {failure.Message}");
        if (failure.Hint is not null)
        {
            console.Error.WriteLine($"HINT: {failure.Hint}");
        }

        if (options.Verbose && failure.Cause is not null)
        {
            console.Error.WriteLine(Secrets.Hide(failure.Cause.ToString()));
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
internal readonly record struct OutputOptions(bool Json, bool Quiet, bool Verbose, bool Plain);
