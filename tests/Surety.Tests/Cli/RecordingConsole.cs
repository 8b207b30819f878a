using System.Runtime.InteropServices;
using System.Text;
using Surety.Cli.Commands;
using Surety.Cli.Output;

namespace Surety.Tests.Cli;

/// <summary>Keeps what a command writes, each stream apart.</summary>
internal sealed class RecordingConsole : IConsole
{
    private readonly StringBuilder written = new();
    private readonly StringBuilder told = new();

    public RecordingConsole()
    {
        Out = new StringWriter(written) { NewLine = "\n" };
        Error = TextWriter.Synchronized(new StringWriter(told) { NewLine = "\n" });
    }

    public TextWriter Out { get; }
    public TextWriter Error { get; }
    public string OutText => written.ToString();
    public string ErrorText => told.ToString();
    public bool ErrorIsTerminal { get; init; }

    /// <summary>What somebody at the terminal types; null where nobody is there.</summary>
    public string? Typed { get; init; }
    public bool CanAsk => Typed is not null;

    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) => Task.FromResult(Typed);

    public Task<string> ReadToEndAsync(CancellationToken cancellationToken) => Task.FromResult(Typed ?? "");

    /// <summary>Closed by a test: nobody is at the other end any more.</summary>
    public TaskCompletionSource InputEnd { get; } = new();

    public Task WaitForInputEndAsync() => InputEnd.Task;

    public Task<string?> ReadSecretAsync(CancellationToken cancellationToken) => Task.FromResult(Typed);
}

/// <summary>Ctrl-C at the press of a method.</summary>
internal sealed class ManualInterrupts : IInterrupts
{
    private Action? listener;

    public bool Listening => listener is not null;

    public void Press() => listener!();

    public IDisposable Listen(Action onInterrupt)
    {
        listener = onInterrupt;
        return new Registration(this);
    }

    /// <summary>True once the process would have ended at once.</summary>
    public bool Ended { get; private set; }

    public void EndProcess() => Ended = true;

    // No test of this process gives its terminal away.
    public IDisposable PassOn(Action<PosixSignal> onSignal) => throw new NotSupportedException();

    private sealed class Registration(ManualInterrupts owner) : IDisposable
    {
        public void Dispose() => owner.listener = null;
    }
}
