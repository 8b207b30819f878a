using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Diagnosis;

namespace Surety.Cli.Commands;

internal sealed class DoctorCommand()
    : SuretyCommand("doctor", "Check database, tools and repository, and say what is missing")
{
    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        var doctor = new Doctor(context.Tools, context.Clock);
        context.Progress.Begin("examining");
        return DoctorReport.Of(
            await doctor.RunAsync(
                () => context.Settings,
                _ => context.FindTarget(),
                context.KeyOf,
                context.Cancellation
            )
        );
    }
}
