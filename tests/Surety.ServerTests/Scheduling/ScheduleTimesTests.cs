using Surety.Repository.Errors;
using static Surety.ServerTests.Scheduling.ScheduleSetup;

namespace Surety.ServerTests.Scheduling;

public sealed class ScheduleTimesTests
{
    [Fact]
    public void Several_times_of_crontab_and_an_interval_come_in_their_order()
    {
        var times = Schedule("cron: ['30 2 * * *', '0 14 * * 1-5']\nevery: 6h").Times;

        times
            .Next(Noon, lastEnd: Noon.AddHours(-1), 4)
            .ShouldBe([
                At("2026-11-20T14:00Z"),
                At("2026-11-20T20:00Z"),
                At("2026-11-21T02:00Z"),
                At("2026-11-21T02:30Z"),
            ]);
        times.Describe().ShouldBe(["at 30 2 * * * (UTC)", "at 0 14 * * 1-5 (UTC)", "every 6h"]);
    }

    [Fact]
    public void A_time_that_the_clock_leaves_out_is_at_the_change()
    {
        // Berlin goes from 2:00 to 3:00 on the 29th.
        Schedule("cron: '30 2 * * *'\ntime-zone: Europe/Berlin")
            .Times.Next(At("2026-03-28T12:00Z"), null, 2)
            .ShouldBe([At("2026-03-29T01:00Z"), At("2026-03-30T00:30Z")]);
    }

    [Fact]
    public void A_time_that_comes_twice_is_once()
    {
        // Berlin goes from 3:00 back to 2:00 on the 25th.
        Schedule("cron: '30 2 * * *'\ntime-zone: Europe/Berlin")
            .Times.Next(At("2026-10-24T12:00Z"), null, 2)
            .ShouldBe([At("2026-10-25T00:30Z"), At("2026-10-26T01:30Z")]);
    }

    [Fact]
    public void Both_names_of_sunday_and_both_day_fields_are_those_of_crontab()
    {
        Schedule("cron: '0 0 * * 7'").Times.Next(Noon, null, 1).ShouldBe([At("2026-11-22T00:00Z")]);
        Schedule("cron: '0 0 * * 0'").Times.Next(Noon, null, 1).ShouldBe([At("2026-11-22T00:00Z")]);
        // The first of the month, and every Monday.
        Schedule("cron: '0 0 1 * 1'")
            .Times.Next(Noon, null, 3)
            .ShouldBe([At("2026-11-23T00:00Z"), At("2026-11-30T00:00Z"), At("2026-12-01T00:00Z")]);
    }

    [Fact]
    public void What_is_no_time_is_told_with_its_line()
    {
        var error = Should.Throw<SuretyException>(() => Schedule("cron: ['0 2 * * *', '61 2 * * *']"));
        error.Code.ShouldBe(ErrorCode.InvalidConfiguration);
        error.Message.ShouldContain("surety.yaml:");
        error.Message.ShouldContain("cron");
        error.Hint.ShouldBe("write it as crontab does: '30 2 * * *'");
    }
}
