using System.Runtime.InteropServices;

namespace Surety.Cli.Commands;

/// <summary>Ctrl-C and a polite request to end, from wherever they come.</summary>
internal interface IInterrupts
{
    /// <summary>
    /// Calls <paramref name="onInterrupt"/> at the first one, so that the operation can clean up. The second one ends
    /// the process at once. Both until disposed.
    /// </summary>
    IDisposable Listen(Action onInterrupt);
}

/// <summary>The signals SIGINT and SIGTERM.</summary>
internal sealed class ProcessInterrupts : IInterrupts
{
    public IDisposable Listen(Action onInterrupt) => new Registration(onInterrupt);

    private sealed class Registration : IDisposable
    {
        private readonly Action onInterrupt;
        private readonly PosixSignalRegistration interrupt;
        private readonly PosixSignalRegistration terminate;
        private int received;

        public Registration(Action onInterrupt)
        {
            this.onInterrupt = onInterrupt;
            interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
            terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
        }

        public void Dispose()
        {
            interrupt.Dispose();
            terminate.Dispose();
        }

        /// <summary>From the second signal on the system's own handling is left to do its work: it ends the process.</summary>
        private void Handle(PosixSignalContext signal)
        {
            if (Interlocked.Increment(ref received) == 1)
            {
                signal.Cancel = true;
                onInterrupt();
            }
        }
    }
}
