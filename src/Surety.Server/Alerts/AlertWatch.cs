using System.Data.Common;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Server.Runs;

namespace Surety.Server.Alerts;

/// <summary>
/// The story of alerts: looks at everything again and again, and has told what began, what lasts and what is over. It only
/// reads, and hands over what it tells: neither a run nor another channel ever waits for one that is broken.
/// </summary>
public sealed class AlertWatch : BackgroundService
{
    private const string MemoryName = "alerts";
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(30);

    private readonly AlertInspection inspection;
    private readonly IAlertTurn turn;
    private readonly IServerMemory memory;
    private readonly AlertSender sender;
    private readonly AlertSetting setting;
    private readonly TimeProvider clock;
    private readonly ILogger<AlertWatch> log;
    private readonly SemaphoreSlim checking = new(1);
    private AlertBook? book;

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
        (this.inspection, this.turn, this.memory, this.sender) = (inspection, turn, memory, sender);
        (this.setting, this.clock, this.log) = (setting, clock, log);
    }

    /// <summary>What is known now; empty before the first look, and on a server that leaves telling to another one.</summary>
    public AlertBook Book => book ?? AlertBook.Empty;

    /// <summary>Looks once. False where it is another server's turn.</summary>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        await checking.WaitAsync(cancellationToken);
        try
        {
            var hasTurn = await HasTurnAsync(cancellationToken);
            if (hasTurn is false)
            {
                book = null;
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
        if (book is { } last && await HasTurnAsync(cancellationToken) is true)
        {
            await KeepAsync(Settled(last, []), cancellationToken);
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
        catch (Exception e) when (e is SuretyException or DbException or IOException)
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

    private async Task<AlertBook> RememberAsync(CancellationToken cancellationToken)
    {
        var kept = AlertBook.FromJson(await memory.ReadAsync(MemoryName, cancellationToken));
        sender.TellAgain(kept);
        return kept;
    }

    private async Task CheckInTurnAsync(bool isKept, CancellationToken cancellationToken)
    {
        var before = book ?? (isKept ? await RememberAsync(cancellationToken) : AlertBook.Empty);
        var now = clock.GetUtcNow();
        var seen = await inspection.RunAsync(cancellationToken);
        var (next, notices) = before.Step(seen.Findings, seen.IsUnknown, setting.Remind, now);
        foreach (var notice in notices)
        {
            log.Alerted(notice.Event, notice.Alert.Severity, notice.Alert.Key, notice.Alert.Text);
        }

        next = Settled(next, notices);
        // Kept before it is told: what is told and not kept would be told again by the next server.
        if (isKept && (notices.Count > 0 || !HasSameUntold(next, before)))
        {
            await KeepAsync(next, cancellationToken);
        }

        book = next;
        sender.Tell(notices);
    }

    private Task KeepAsync(AlertBook kept, CancellationToken cancellationToken) =>
        memory.WriteAsync(MemoryName, kept.ToJson(), cancellationToken);

    /// <summary>Notes for each alert which channels have yet to take what was told of it.</summary>
    private AlertBook Settled(AlertBook next, IReadOnlyList<AlertNotice> notices)
    {
        var told = notices.Select(notice => notice.Alert.Key).ToHashSet();
        return next.Open.Values.Aggregate(
            next,
            (settled, alert) =>
                settled.With(
                    alert.Key,
                    known =>
                        known with
                        {
                            Untold = told.Contains(known.Key) ? sender.TakersOf(known) : sender.Holding(known.Key),
                        }
                )
        );
    }

    private static bool HasSameUntold(AlertBook next, AlertBook before) =>
        next.Open.Values.All(alert =>
            before.Open.GetValueOrDefault(alert.Key) is { } known && known.Untold.SequenceEqual(alert.Untold)
        );
}
