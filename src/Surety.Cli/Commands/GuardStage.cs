using System.Runtime.InteropServices;
using Surety.Cli.Output.Reports;
using Surety.Core.Guard;
using Surety.Core.Rollback;
using Surety.Repository.Manifests;

namespace Surety.Cli.Commands;

/// <summary>The terminal of a guarded run: the command's while it runs, Surety's before and after.</summary>
internal sealed class GuardStage(GuardOptions options, OperationContext context) : IGuardStage
{
    public void ShowReady(Manifest backup) => context.Output.Say(GuardResult.Ready(backup, options));

    public async Task<CommandEnd> GiveTerminalAsync(Func<Task<CommandEnd>> run, Action<PosixSignal> pass)
    {
        using var signals = context.Host.Interrupts.PassOn(pass);
        return context.Display is { } display ? await display.StandAsideAsync(run) : await run();
    }

    public void ShowChanges(GuardReport ended) => context.Output.Say(GuardResult.Changes(ended, options));

    public PlanApproval Approval(bool ask) => RollbackApproval.Of(yes: !ask, context);
}
