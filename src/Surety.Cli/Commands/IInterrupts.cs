using System.Diagnostics;
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

    /// <summary>Kills this process: where nobody can press Ctrl-C a second time.</summary>
    void EndProcess();

    /// <summary>
    /// While a command has the terminal, signals are its business: each goes to <paramref name="onSignal"/> and to no
    /// listener, and this process outlives it. Until disposed.
    /// </summary>
    IDisposable PassOn(Action<PosixSignal> onSignal);
}

/// <summary>The signals SIGINT and SIGTERM.</summary>
internal sealed class ProcessInterrupts : IInterrupts
{
    private volatile bool passing;

    public IDisposable Listen(Action onInterrupt) => new Registration(this, onInterrupt);

    public IDisposable PassOn(Action<PosixSignal> onSignal) => new Passing(this, onSignal);

    // Exit would wait for what hangs.
    public void EndProcess() => Process.GetCurrentProcess().Kill();

    private sealed class Passing : IDisposable
    {
        private readonly ProcessInterrupts owner;
        private readonly List<PosixSignalRegistration> registrations;

        public Passing(ProcessInterrupts owner, Action<PosixSignal> onSignal)
        {
            this.owner = owner;
            owner.passing = true;
            PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
            registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Handle))];

            void Handle(PosixSignalContext signal)
            {
                signal.Cancel = true;
                onSignal(signal.Signal);
            }
        }

        public void Dispose()
        {
            owner.passing = false;
            registrations.ForEach(registration => registration.Dispose());
        }
    }

    private sealed class Registration : IDisposable
    {
        private readonly ProcessInterrupts owner;
        private readonly Action onInterrupt;
        private readonly PosixSignalRegistration interrupt;
        private readonly PosixSignalRegistration terminate;
        private int received;

        public Registration(ProcessInterrupts owner, Action onInterrupt)
        {
            this.owner = owner;
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
            if (!owner.passing && Interlocked.Increment(ref received) == 1)
            {
                signal.Cancel = true;
                onInterrupt();
            }
        }
    }
}
