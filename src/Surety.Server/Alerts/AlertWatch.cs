using System.Data.Common;
using Surety.Core.Configuration.Serving;
using Surety.Server.Runs;

namespace Surety.Server.Alerts;

/// <summary>
/// The story of alerts: looks at everything again and again, and has told what began, what lasts and what is over. It only
/// reads, and hands over what it tells: neither a run nor another channel ever waits for one that is broken.
/// </summary>
public sealed class AlertWatch : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(30);

    private readonly AlertInspection inspection;
    private readonly IAlertTurn turn;
    private readonly KeptAlerts kept;
    private readonly AlertSender sender;
    private readonly AlertSetting setting;
    private readonly TimeProvider clock;
    private readonly ILogger<AlertWatch> log;
    private readonly SemaphoreSlim checking = new(1);

    /// <summary>What this server found; null while another one has the turn.</summary>
    private AlertBook? own;

    /// <summary>True where <see cref="own"/> goes on from what was kept, by this server or the one before it.</summary>
    private bool goesOn;
    private volatile AlertBook shown = AlertBook.Empty;

    internal AlertWatch(
        AlertInspection inspection,
        IAlertTurn turn,
        IServerMemory memory,
        AlertSender sender,
        AlertSetting setting,
        TimeProvider clock,
        ILogger<AlertWatch> log
    )
    {
        (this.inspection, this.turn, this.sender) = (inspection, turn, sender);
        (this.setting, this.clock, this.log) = (setting, clock, log);
        kept = new KeptAlerts(memory, clock, log);
    }

    /// <summary>
    /// What was found last, by this server or by the one whose turn it is. Who has not looked knows nothing, and says so by
    /// <see cref="AlertBook.LookedAt"/>: an empty book would say that nothing is wrong.
    /// </summary>
    public AlertBook Book => shown;

    /// <summary>True where nobody has looked for so long that what began since is not known.</summary>
    public bool IsBehind => clock.GetUtcNow() - Book.LookedAt > KeptAlerts.Pace * 2;

    /// <summary>Looks once. False where it is another server's turn.</summary>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        await checking.WaitAsync(cancellationToken);
        try
        {
            var hasTurn = await HasTurnAsync(cancellationToken);
            if (hasTurn is false)
            {
                (own, goesOn) = (null, false);
                shown = await kept.ReadAsync(cancellationToken);
                return false;
            }

            await CheckInTurnAsync(isKept: hasTurn is true, cancellationToken);
            return true;
        }
        finally
        {
            checking.Release();
        }
    }

    /// <summary>Keeps which channels took what, so that the next start tells nothing twice.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (own is { } last && goesOn && await HasTurnAsync(cancellationToken) is true)
        {
            await kept.TryWriteAsync(Settled(last, []), cancellationToken);
        }
    }

    public override void Dispose()
    {
        checking.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RepeatedTask.RunAsync("the look at alerts", Pace, clock, LookAsync, log, stoppingToken);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CheckAsync(cancellationToken);
        }
        catch (Exception e) when (KeptAlerts.IsFailure(e))
        {
            log.AlertsNotKept(e.Message);
        }
    }

    /// <summary>Null where the job store cannot say: better that every server tells than none.</summary>
    private async Task<bool?> HasTurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await turn.TakeAsync(cancellationToken);
        }
        catch (DbException e)
        {
            log.AlertsNotKept(e.Message);
            return null;
        }
    }

    private async Task CheckInTurnAsync(bool isKept, CancellationToken cancellationToken)
    {
        goesOn = isKept && (goesOn || await GoOnAsync(cancellationToken));
        var before = own ?? AlertBook.Empty;
        var now = clock.GetUtcNow();
        var seen = await inspection.RunAsync(cancellationToken);
        var (next, notices) = before.Step(seen.Findings, seen.IsUnknown, setting.Remind, now);
        foreach (var notice in notices)
        {
            log.Alerted(notice.Event, notice.Alert.Severity, notice.Alert.Key, notice.Alert.Text);
        }

        next = Settled(next, notices);
        // Kept before it is told: what is told and not kept would be told again by the next server. Where it cannot be, as on
        // a full disk, it is told all the same.
        if (goesOn && (kept.IsDue || notices.Count > 0 || next.Untold != before.Untold))
        {
            await kept.TryWriteAsync(next, cancellationToken);
        }

        shown = own = next;
        sender.Tell(notices);
    }

    /// <summary>Goes on from what was kept; what this server found meanwhile without a turn it knows better.</summary>
    private async Task<bool> GoOnAsync(CancellationToken cancellationToken)
    {
        if (await kept.TryReadAsync(cancellationToken) is not { } earlier)
        {
            return false;
        }

        var more = own is null ? earlier : earlier.Beyond(own);
        own = own is null ? earlier : own.With(more);
        sender.TellAgain(more);
        return true;
    }

    /// <summary>Notes for each alert which channels have yet to take what was told of it.</summary>
    private AlertBook Settled(AlertBook next, IReadOnlyList<AlertNotice> notices)
    {
        var told = notices.Select(notice => (notice.Alert.Key, notice.Alert.Since)).ToHashSet();
        return next.Select(alert =>
            told.Contains((alert.Key, alert.Since)) ? alert with { Untold = sender.TakersOf(alert) }
            : alert.Untold.Count > 0 ? alert with { Untold = sender.Holding(alert) }
            : alert
        );
    }
}
