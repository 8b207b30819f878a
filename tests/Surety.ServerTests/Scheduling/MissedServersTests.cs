using Surety.Server.Scheduling;
using static Surety.ServerTests.Scheduling.ScheduleSetup;

namespace Surety.ServerTests.Scheduling;

/// <summary>With a look each 5 seconds, whichever server looks, 10 of patience and 15 without a look as the longest gap.</summary>
public sealed class MissedServersTests
{
    private MissedServers known = MissedServers.None;

    [Fact]
    public void Who_is_missed_at_every_look_is_gone()
    {
        Look(0, "one", "two").ShouldBeEmpty();
        Look(5, "one").ShouldBeEmpty();
        Look(10, "one", "two").ShouldBe(["one"]);
        Look(15, "one", "two").ShouldBe(["one"]);
        Look(20, "one", "two").ShouldBe(["one", "two"], ignoreOrder: true);
    }

    [Fact]
    public void Who_was_missed_once_and_hours_later_again_is_not()
    {
        Look(0, "one").ShouldBeEmpty();
        Look(5).ShouldBeEmpty();
        Look(10_000, "one").ShouldBeEmpty();
    }

    [Fact]
    public void Who_was_missed_before_the_store_was_away_is_not()
    {
        Look(0, "one").ShouldBeEmpty();
        Look(60, "one").ShouldBeEmpty();
        Look(65).ShouldBeEmpty();
    }

    private IReadOnlySet<string> Look(int second, params string[] missed)
    {
        known = known.After(missed.ToHashSet(), Noon.AddSeconds(second), TimeSpan.FromSeconds(15));
        return known.Gone(TimeSpan.FromSeconds(10));
    }
}
