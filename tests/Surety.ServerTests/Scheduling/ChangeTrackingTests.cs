using Surety.Repository.Retention;
using Surety.Server.Runs;
using Surety.Server.Scheduling;
using static Surety.ServerTests.Scheduling.ScheduleSetup;

namespace Surety.ServerTests.Scheduling;

/// <summary>A watch of one minute's quiet, within ten minutes, as a sequence of looks.</summary>
public sealed class ChangeTrackingTests
{
    private readonly ServedSchedule schedule = Schedule("on-change:\n  quiet: 1m\n  within: 10m\n  poll: 10s");
    private ScheduleMemory? memory;

    [Fact]
    public void What_is_in_no_backup_yet_is_a_change_until_it_is_quiet()
    {
        Look(0, "1").ShouldBeFalse();
        Look(50, "1").ShouldBeFalse();
        Look(60, "1").ShouldBeTrue();
    }

    [Fact]
    public void Each_change_starts_the_quiet_again_but_not_for_ever()
    {
        for (var second = 0; second < 600; second += 30)
        {
            Look(second, $"{second}").ShouldBeFalse();
        }

        Look(600, "still").ShouldBeTrue();
    }

    [Fact]
    public void What_was_written_before_a_backup_began_is_in_it()
    {
        Look(0, "1");
        Look(60, "1").ShouldBeTrue();
        Look(70, "1", Backup(RunState.Queued, Second(61)));
        Look(80, "1", Running(61, 71));
        Look(90, "1", Done(61, 71, 85)).ShouldBeFalse();
        memory!.ChangedAt.ShouldBeNull();
        Look(5000, "1", Done(61, 71, 85)).ShouldBeFalse();
    }

    [Fact]
    public void What_is_written_while_a_backup_runs_may_not_be_in_it()
    {
        Look(0, "1");
        var running = Running(1, 2);
        Look(10, "1", running);
        Look(20, "2", running);
        var done = running with
        {
            State = RunState.Done,
            FinishedAt = Second(25),
            MadeBackup = Done(0, 0, 0).MadeBackup,
        };
        Look(30, "2", done).ShouldBeFalse();
        memory!.ChangedAt.ShouldBe(Second(20));
        Look(80, "2", done).ShouldBeTrue();
    }

    [Fact]
    public void A_backup_that_somebody_else_asked_for_between_two_looks_counts_too()
    {
        Look(0, "1");
        var done = Done(2, 3, 8);
        Look(10, "1", done);
        memory!.BackedUp.ShouldBe("1");
        Look(500, "1", done).ShouldBeFalse();
    }

    [Fact]
    public void Of_a_backup_that_began_before_the_first_look_nothing_is_known()
    {
        var done = Done(-20, -10, -5);
        Look(0, "1", done);
        Look(60, "1", done).ShouldBeTrue();
    }

    [Fact]
    public void One_that_failed_is_tried_again_but_not_at_once()
    {
        Look(0, "1");
        var failed = Backup(RunState.Failed, Second(60), Second(60), Second(70));
        Look(80, "1", failed).ShouldBeFalse();
        Look(200, "1", failed).ShouldBeFalse();
        Look(670, "1", failed).ShouldBeTrue();
    }

    [Fact]
    public void Counters_that_cannot_be_read_change_nothing()
    {
        Look(0, "1");
        Look(10, "1", Done(1, 2, 3));
        var step = ScheduleDecision.Decide(
            schedule,
            memory,
            new Sighting(Second(100), Done(1, 2, 3), false, null, "the server is away")
        );
        step.Due.ShouldBeNull();
        step.Memory.ShouldBe(memory! with { Error = "the server is away" });
    }

    [Fact]
    public void A_look_for_the_interval_alone_finds_no_change_and_forgets_none()
    {
        Look(0, "1");
        Look(10, "1", Done(1, 2, 3));
        Look(20, "2", Done(1, 2, 3));
        var before = memory!;

        var step = ScheduleDecision.Decide(schedule, before, new Sighting(Second(100), Done(21, 22, 23), false));

        step.Due.ShouldBeNull();
        step.Memory.ShouldBe(before with { AttendedUntil = step.Memory.AttendedUntil });
    }

    [Theory]
    [InlineData("on-change:\n  poll: 1h", "1h", true)]
    [InlineData("every: 10m\non-change:\n  poll: 1h", "10s", false)]
    [InlineData("every: 10m\non-change:\n  poll: 2s", "2s", true)]
    [InlineData("every: 10m", "10s", false)]
    public void An_interval_is_looked_after_at_its_own_pace_and_the_counters_no_more_often_than_they_should(
        string yaml,
        string pace,
        bool isAtEachLook
    )
    {
        var watched = Schedule(yaml);

        DurationText.Of(watched.Pace).ShouldBe(pace);
        watched.IsWatchDue(Noon, Noon + watched.Pace).ShouldBe(isAtEachLook);
        var isWatched = watched.Section.OnChange is not null;
        watched.IsWatchDue(null, Noon).ShouldBe(isWatched);
        watched.IsWatchDue(Noon.AddDays(1), Noon).ShouldBe(isWatched);
        watched.IsWatchDue(Noon, Noon.AddHours(1)).ShouldBe(isWatched);
    }

    private bool Look(int second, string counters, Run? newest = null)
    {
        var step = ScheduleDecision.Decide(schedule, memory, new Sighting(Second(second), newest, false, counters));
        memory = step.Memory;
        return step.Due is not null;
    }

    private static DateTimeOffset Second(int second) => Noon.AddSeconds(second);

    private static readonly RunId Id = RunId.New(Noon);

    private static Run Running(int queued, int started) =>
        Backup(RunState.Running, Second(queued), Second(started)) with
        {
            Id = Id,
        };

    private static Run Done(int queued, int started, int finished) =>
        Backup(RunState.Done, Second(queued), Second(started), Second(finished)) with
        {
            Id = Id,
        };
}
