using Surety.Core.Configuration.Serving;
using Surety.Server.Runs;
using Surety.Server.Scheduling;
using static Surety.ServerTests.Scheduling.ScheduleSetup;

namespace Surety.ServerTests.Scheduling;

public sealed class BackupStepTests
{
    private static readonly AfterBackupSection Everything = new(
        true,
        ["offsite", "cold"],
        true,
        new DrillPace(1, null)
    );
    private static readonly Run Parent = Backup(RunState.Done, Noon, Noon, Noon);

    [Fact]
    public void Each_step_comes_after_the_one_before_it_whether_that_succeeded()
    {
        var done = new List<Run>();
        var steps = BackupStep.All(Everything, "ID", "shop");
        foreach (
            var state in new[] { RunState.Done, RunState.Failed, RunState.Refused, RunState.Cancelled, RunState.Done }
        )
        {
            done.Add(Ended(BackupStep.Next(steps, done)!, state));
        }

        BackupStep.Next(steps, done).ShouldBeNull();
        done.Select(run => $"{run.Request.Operation} {string.Join(' ', run.Request.Arguments)}")
            .ShouldBe([
                "verify ID",
                "copy ID --to offsite",
                "copy ID --to cold",
                "prune --yes --database shop",
                "drill ID",
            ]);
        done.ShouldAllBe(run => run.Request.Parent == Parent.Id && run.Request.Database == "shop");
    }

    [Theory]
    [InlineData(RunState.NotSound)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Interrupted)]
    [InlineData(RunState.Cancelled)]
    public void Nothing_follows_a_backup_that_was_not_found_sound(RunState state)
    {
        var steps = BackupStep.All(Everything, "ID", "shop");
        BackupStep.Next(steps, [Ended(steps[0], state)]).ShouldBeNull();
    }

    [Fact]
    public void Without_rules_nothing_is_pruned()
    {
        BackupStep.All(Everything, "ID", null).ShouldNotContain(step => step.Operation == "prune");
    }

    private static Run Ended(BackupStep step, RunState state) =>
        Backup(state, Noon, Noon, Noon) with
        {
            Request = step.Follow(Parent, timeout: null),
        };
}
