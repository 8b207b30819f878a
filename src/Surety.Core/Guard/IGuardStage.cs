using System.Runtime.InteropServices;
using Surety.Core.Rollback;
using Surety.Repository.Manifests;

namespace Surety.Core.Guard;

/// <summary>Where a guarded run takes place: who gives the terminal away, reads what was found, and is asked.</summary>
public interface IGuardStage
{
    /// <summary>The backup is verified, and the command is about to start.</summary>
    void ShowReady(Manifest backup);

    /// <summary>
    /// Gives the terminal to a command until it has ended. Signals meanwhile go to <paramref name="pass"/>, and Surety
    /// outlives the command.
    /// </summary>
    Task<CommandEnd> GiveTerminalAsync(Func<Task<CommandEnd>> run, Action<PosixSignal> pass);

    /// <summary>The command has ended, and what it changed is known or could not be found out.</summary>
    void ShowChanges(GuardReport ended);

    /// <summary>Agrees to a rollback that was ordered before, or asks.</summary>
    PlanApproval Approval(bool ask);
}
