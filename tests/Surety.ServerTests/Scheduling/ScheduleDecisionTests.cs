using Surety.Server.Runs;
using Surety.Server.Scheduling;
using static Surety.ServerTests.Scheduling.ScheduleSetup;

namespace Surety.ServerTests.Scheduling;

public sealed class ScheduleDecisionTests
{
    private const string Nightly = "cron: '0 2 * * *'";

    [Fact]
    public void What_was_due_before_anybody_looked_is_nobodys()
    {
        var step = ScheduleDecision.Decide(Schedule(Nightly), null, Quiet(Noon));
        step.Due.ShouldBeNull();
        step.Memory.AttendedUntil.ShouldBe(Noon);
    }

    [Fact]
    public void A_time_of_crontab_is_due_once()
    {
        var schedule = Schedule(Nightly);
        var at = At("2026-11-21T02:00Z");
        ScheduleDecision.Decide(schedule, Attended(Noon), Quiet(at.AddSeconds(-1))).Due.ShouldBeNull();

        var step = ScheduleDecision.Decide(schedule, Attended(Noon), Quiet(at.AddMilliseconds(3)));

        step.Due!.Rule.ShouldBe("0 2 * * *");
        ScheduleDecision.Decide(schedule, step.Memory, Quiet(at.AddSeconds(1))).Due.ShouldBeNull();
        // Killed before it was remembered, the same run is asked for.
        ScheduleDecision.Decide(schedule, Attended(Noon), Quiet(at.AddSeconds(9))).Due!.Key.ShouldBe(step.Due.Key);
    }

    [Fact]
    public void However_many_were_missed_one_is_made_up_for_or_none()
    {
        var monday = At("2026-11-23T09:00Z");
        var step = ScheduleDecision.Decide(Schedule(Nightly), Attended(Noon), Quiet(monday));
        step.Due!.Rule.ShouldBe("0 2 * * * (missed)");
        ScheduleDecision.Decide(Schedule(Nightly), step.Memory, Quiet(monday.AddHours(1))).Due.ShouldBeNull();

        var skipped = ScheduleDecision.Decide(Schedule($"{Nightly}\nmissed: skip"), Attended(Noon), Quiet(monday));
        skipped.Due.ShouldBeNull();
        skipped.Skipped.ShouldBe(At("2026-11-21T02:00Z"));
        skipped.Memory.AttendedUntil.ShouldBe(monday);
    }

    [Fact]
    public void With_missed_ones_before_it_one_at_its_time_is_on_time()
    {
        var at = At("2026-11-23T02:00:10Z");
        var step = ScheduleDecision.Decide(Schedule($"{Nightly}\nmissed: skip"), Attended(Noon), Quiet(at));
        step.Due!.Rule.ShouldBe("0 2 * * *");
    }

    [Fact]
    public void While_something_runs_a_backup_waits_or_is_skipped_and_one_that_waits_is_enough()
    {
        var at = At("2026-11-21T02:00:01Z");
        var busy = Quiet(at) with { IsBusy = true };
        ScheduleDecision.Decide(Schedule(Nightly), Attended(Noon), busy).Due.ShouldNotBeNull();
        ScheduleDecision.Decide(Schedule($"{Nightly}\nmissed: skip"), Attended(Noon), busy).Due.ShouldBeNull();
        var waiting = busy with { Newest = Backup(RunState.Queued, Noon) };
        ScheduleDecision.Decide(Schedule(Nightly), Attended(Noon), waiting).Due.ShouldBeNull();
    }

    [Fact]
    public void An_interval_begins_with_the_end_of_the_last_backup_however_it_ended()
    {
        var schedule = Schedule("every: 6h");
        var failed = Backup(RunState.Failed, Noon, Noon, Noon.AddHours(1));
        DueBackup? Due(Run? newest, double hours) =>
            ScheduleDecision.Decide(schedule, Attended(Noon), Quiet(Noon.AddHours(hours)) with { Newest = newest }).Due;
        Due(null, 0).ShouldNotBeNull();
        Due(failed, 6.9).ShouldBeNull();
        Due(failed, 7).ShouldNotBeNull();
        Due(failed, 20).ShouldNotBeNull();
        Due(Backup(RunState.Running, Noon, Noon), 50).ShouldBeNull();
    }

    [Fact]
    public void A_missed_interval_that_is_skipped_waits_for_the_next()
    {
        var schedule = Schedule("every: 6h\nmissed: skip");
        var done = Backup(RunState.Done, Noon, Noon, Noon);
        DueBackup? Due(double hours) =>
            ScheduleDecision.Decide(schedule, Attended(Noon), Quiet(Noon.AddHours(hours)) with { Newest = done }).Due;
        Due(6).ShouldNotBeNull();
        Due(9).ShouldBeNull();
        Due(12).ShouldNotBeNull();
    }

    [Fact]
    public void A_clock_that_was_set_back_keeps_nothing_waiting()
    {
        var step = ScheduleDecision.Decide(Schedule(Nightly), Attended(Noon.AddYears(1)), Quiet(Noon));
        ScheduleDecision.Decide(Schedule(Nightly), step.Memory, Quiet(At("2026-11-21T02:00Z"))).Due.ShouldNotBeNull();
    }

    private static ScheduleMemory Attended(DateTimeOffset until) => new() { AttendedUntil = until };

    private static Sighting Quiet(DateTimeOffset now) => new(now, Newest: null, IsBusy: false);
}
