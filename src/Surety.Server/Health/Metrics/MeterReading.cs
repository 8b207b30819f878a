using Surety.Server.Alerts;
using Surety.Server.Runs;

namespace Surety.Server.Health.Metrics;

/// <summary>Gathers what the meter shows.</summary>
internal sealed class MeterReading(
    BackupHealth judge,
    AlertWatch watch,
    AlertSender sender,
    IRunStore runs,
    SuretyMeter meter
)
{
    private const int MostRuns = 10_000;

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var health = await judge.ReadAsync(cancellationToken);
        var open = health.RunsUnknown is null
            ? await runs.ListAsync(new RunFilter { HasEnded = false, Limit = MostRuns }, cancellationToken)
            : [];
        meter.Show(
            new Measured(
                health,
                watch.Book,
                sender.Channels,
                open.Count(run => run.State == RunState.Queued),
                open.Count(run => run.State == RunState.Running)
            )
        );
    }
}
