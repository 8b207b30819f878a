using System.Text;

namespace Surety.Cli.Output;

/// <summary>The streams of this process.</summary>
internal sealed class ProcessConsole : IConsole, IDisposable
{
    private readonly Lazy<StreamReader> input;

#pragma warning disable RS0030 // Console is banned everywhere else: this is its owner.
    public ProcessConsole()
    {
        Out = Writer(Console.OpenStandardOutput(), autoFlush: false);
        // Progress, remarks and signals come from several threads.
        Error = TextWriter.Synchronized(Writer(Console.OpenStandardError(), autoFlush: true));
        ErrorIsTerminal =
            !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected;
        input = new Lazy<StreamReader>(() => new StreamReader(Console.OpenStandardInput()));
    }
#pragma warning restore RS0030

    public TextWriter Out { get; }
    public TextWriter Error { get; }
    public bool ErrorIsTerminal { get; }
    public bool CanAsk { get; }

    // A read from a terminal cannot be cancelled: the wait for it can.
    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        Task.Run(input.Value.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);

    public Task<string> ReadToEndAsync(CancellationToken cancellationToken) =>
        Task.Run(input.Value.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);

    // A thread of its own, which waits for the whole operation and holds no process back.
    public Task WaitForInputEndAsync() =>
        Task.Factory.StartNew(
            () => input.Value.BaseStream.CopyTo(Stream.Null),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    public Task<string?> ReadSecretAsync(CancellationToken cancellationToken) =>
        Task.Run(ReadUnseen, CancellationToken.None).WaitAsync(cancellationToken);

    private static string? ReadUnseen()
    {
        var typed = new StringBuilder();
        while (true)
        {
#pragma warning disable RS0030 // As above.
            var key = Console.ReadKey(intercept: true);
#pragma warning restore RS0030
            switch (key)
            {
                case { Key: ConsoleKey.Enter }:
                    return typed.ToString();
                case { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control }:
                    return null;
                case { Key: ConsoleKey.Backspace }:
                    typed.Length = Math.Max(0, typed.Length - 1);
                    break;
                case { KeyChar: not '\0' }:
                    typed.Append(key.KeyChar);
                    break;
            }
        }
    }

    public void Dispose()
    {
        Out.Dispose();
        Error.Dispose();
    }

    private static StreamWriter Writer(Stream stream, bool autoFlush) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = autoFlush, NewLine = "\n" };
}
