using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Server.Api;
using static Surety.ServerTests.Scheduling.ScheduleSetup;

namespace Surety.ServerTests.Api;

public sealed class BackupPageTests
{
    /// <summary>The newest first; the one in the middle began last, and waited less for its locks.</summary>
    private static readonly IReadOnlyList<Manifest> All = [Backup(2, 9), Backup(4, 5), Backup(1, 3)];

    [Fact]
    public void Pages_have_every_backup_once_also_where_one_began_before_another_and_is_newer()
    {
        string? before = null;
        for (var page = 0; page < All.Count; page++)
        {
            var rest = BackupEndpoints.Before(before, All).ToList();
            rest.ShouldBe(All.Skip(page));
            before = $"{rest[0].Id}";
        }

        BackupEndpoints.Before(before, All).ShouldBeEmpty();
    }

    [Fact]
    public void After_one_that_was_forgotten_meanwhile_come_those_that_began_before_it()
    {
        BackupEndpoints.Before($"{Backup(3, 6).Id}", All).ShouldBe([All[0], All[2]]);
    }

    [Fact]
    public void What_is_no_id_is_refused()
    {
        var refused = Should.Throw<SuretyException>(() => BackupEndpoints.Before("page 2", All));
        refused.Code.ShouldBe(ErrorCode.InvalidArgument);
    }

    private static Manifest Backup(int started, int created) =>
        new()
        {
            Id = BackupId.New(Noon.AddMinutes(started)),
            Database = "shop",
            StartedAt = Noon.AddMinutes(started),
            CreatedAt = Noon.AddMinutes(created),
            FinishedAt = Noon.AddMinutes(10),
            // Not looked at.
            Source = null!,
            Figures = null!,
            SuretyVersion = "",
            Contents = null!,
        };
}
