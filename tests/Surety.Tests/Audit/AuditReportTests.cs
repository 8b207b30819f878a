using Surety.Core.Audit;
using Surety.Core.Audit.Pages;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Tests.Manifests;

namespace Surety.Tests.Audit;

/// <summary>The figures of an audit, against a history that is known to the second.</summary>
public sealed class AuditReportTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task Backups_that_failed_count_against_those_made_and_stopped_ones_for_neither()
    {
        var backups = (await ShopAsync()).Backups;

        (backups.Made, backups.Failed, backups.Stopped, backups.Incomplete).ShouldBe((29, 1, 1, 0));
        backups.SuccessRate.ShouldBe(29 / 30.0);
        backups.MeetsGoal.ShouldBe(false);
        backups.Trend.Count.ShouldBe(30);
        backups.Trend.Sum(part => part.Made).ShouldBe(29);
        backups.Trend.ShouldAllBe(part => part.Days == 1);
        var failed = backups.Trend.Single(part => part.Failed > 0);
        failed.From.ShouldBe(new DateOnly(2026, 11, 9));
        backups.Trend[^1].ShouldBe(new AuditPart(new DateOnly(2026, 11, 20), 1, 1, 0, 1_000_000, 31));
    }

    [Fact]
    public async Task A_long_period_is_told_in_parts_of_several_days_and_nothing_gets_lost()
    {
        var made = await AuditedRepository.MakeAsync();

        var options = AuditedRepository.Options with { Since = AuditedRepository.Now.AddDays(-365) };
        var trend = (await made.AuditAsync(options))
            .Databases.Single(database => database.Name == "shop")
            .Backups.Trend;

        trend.Count.ShouldBeLessThanOrEqualTo(45);
        trend.ShouldAllBe(part => part.Days == 9);
        (trend.Sum(part => part.Made), trend.Sum(part => part.Failed)).ShouldBe((29, 1));
    }

    [Fact]
    public async Task The_newest_proven_backup_is_that_of_the_marks_and_its_age_is_held_against_the_target()
    {
        var freshness = (await ShopAsync()).Freshness;

        freshness.Newest.ShouldNotBeNull().Id.ShouldBe($"{SampleBackup.Id(3)}");
        freshness.Newest.ProvenBy.ShouldBeNull();
        var proven = freshness.NewestProven.ShouldNotBeNull();
        (proven.Id, proven.ProvenBy).ShouldBe(($"{SampleBackup.Id(2)}", "verification"));
        proven.AgeSeconds.ShouldBe((AuditedRepository.Now - proven.CreatedAt).TotalSeconds);
        freshness.MeetsTarget.ShouldBe(true, "it is seven hours old");
    }

    [Fact]
    public async Task A_backup_that_a_later_check_found_damaged_is_not_proven_and_a_drill_is_the_stronger_proof()
    {
        var made = await AuditedRepository.MakeAsync();
        await made.Repository.Marks.SetAsync(
            [Mark(2, BackupMark.Drilled, passed: false), Mark(1, BackupMark.Verified, passed: true)],
            Never
        );

        var proven = Shop(await made.AuditAsync()).Freshness.NewestProven.ShouldNotBeNull();

        (proven.Id, proven.ProvenBy).ShouldBe(($"{SampleBackup.Id(1)}", "drill"));
    }

    [Fact]
    public async Task Backups_of_some_schemas_and_what_a_rollback_took_away_are_no_protection()
    {
        var made = await AuditedRepository.MakeAsync();
        var whole = await SampleBackup.CommitAsync(made.Repository, SampleBackup.Id(4), []);
        var before = Shop(await made.AuditAsync());
        await SampleBackup.CommitAsync(
            made.Repository,
            whole with
            {
                Id = SampleBackup.Id(5),
                CreatedAt = AuditedRepository.Now.AddHours(-1),
                Scope = new BackupScope(["sales"], []),
            }
        );
        await SampleBackup.CommitAsync(
            made.Repository,
            whole with
            {
                Id = SampleBackup.Id(6),
                CreatedAt = AuditedRepository.Now.AddHours(-1),
                Tags = new Dictionary<string, string> { [Manifest.SafetyTag] = $"{whole.Id}" },
            }
        );
        await made.Repository.Marks.SetAsync(
            [Mark(5, BackupMark.Drilled, passed: true), Mark(6, BackupMark.Verified, passed: true)],
            Never
        );
        foreach (var operation in new[] { JournalRecord.BackupOperation, "drill" })
        {
            await made.RecordAsync(
                AuditedRepository.Record(operation, 0.01) with
                {
                    Backup = SampleBackup.Id(5),
                    Figures = new Dictionary<string, double> { ["restoreSeconds"] = 9999 },
                }
            );
        }

        var shop = Shop(await made.AuditAsync());

        shop.Freshness.ShouldBe(before.Freshness);
        shop.Drills.LongestRestoreSeconds.ShouldBe(before.Drills.LongestRestoreSeconds);
        shop.Backups.Made.ShouldBe(before.Backups.Made);
        shop.Retention.Backups.ShouldBe(before.Retention.Backups + 2, "they are there all the same");
    }

    [Fact]
    public async Task The_longest_time_without_a_backup_reaches_from_one_to_the_next_or_to_the_end()
    {
        var made = await AuditedRepository.MakeAsync();

        // From the night before the failed one to that afternoon, when it was made up for.
        var gap = Shop(await made.AuditAsync()).Freshness.LongestGapSeconds;

        gap.ShouldBe(TimeSpan.FromHours(36.4).TotalSeconds);
    }

    [Fact]
    public async Task Drills_are_listed_newest_first_and_the_longest_restore_is_held_against_the_goal()
    {
        var drills = (await ShopAsync()).Drills;

        drills.All.Select(drill => drill.Proven).ShouldBe([true, false, true]);
        drills.All[1].Message.ShouldBe("assertion 'no orphans' is false");
        drills.LongestRestoreSeconds.ShouldBe(2400);
        drills.TargetSeconds.ShouldBe(1800, "the goal, where nothing else is promised");
        drills.MeetsTarget.ShouldBe(false);
    }

    [Fact]
    public async Task Incidents_tell_what_happened_and_what_followed()
    {
        var incidents = (await ShopAsync()).Incidents;

        incidents
            .Select(incident => (incident.Operation, incident.Kind))
            .ShouldBe([("rollback", "rollback"), ("drill", "damage"), ("backup", "failed")]);
        incidents[0].What.ShouldBe($"the database was taken back to backup {SampleBackup.Id(1)}");
        incidents[0].Followed.ShouldBe($"kept; surety rollback {SampleBackup.Id(2)} takes it back");
        incidents[0].By.ShouldBe("user anna");
        incidents[1].Followed.ShouldBe("the next drill that succeeded began 2026-11-16 00:00:00Z");
        incidents[2].What.ShouldBe("no space is left");
        incidents[2].Followed.ShouldStartWith("the next backup that succeeded began 2026-11-09 14:24:");
    }

    [Fact]
    public async Task A_rollback_that_was_taken_back_says_so()
    {
        var made = await AuditedRepository.MakeAsync();
        await made.RecordAsync(
            AuditedRepository.Record(JournalRecord.RollbackOperation, 3) with
            {
                Backup = SampleBackup.Id(2),
                SafetyBackup = SampleBackup.Id(3),
            }
        );

        var incidents = Shop(await made.AuditAsync()).Incidents;

        incidents[1].Followed.ShouldBe("taken back on 2026-11-18 00:00:00Z");
    }

    [Fact]
    public async Task A_rollback_without_a_safety_backup_is_told_to_be_for_good()
    {
        var made = await AuditedRepository.MakeAsync();
        await made.RecordAsync(
            AuditedRepository.Record(JournalRecord.RollbackOperation, 3) with
            {
                Backup = SampleBackup.Id(2),
            }
        );

        var incident = Shop(await made.AuditAsync()).Incidents[0];

        incident.What.ShouldBe($"the database was taken back to backup {SampleBackup.Id(2)}");
        incident.Followed.ShouldBe("kept; it was made without a safety backup, which would take it back");
    }

    [Fact]
    public async Task What_concerns_the_whole_repository_stands_by_itself()
    {
        var made = await AuditedRepository.MakeAsync();

        var whole = (await made.AuditAsync()).Whole;

        (whole.Verifications.Sound, whole.Verifications.Failed).ShouldBe((1, 1));
        whole.Verifications.BytesRead.ShouldBe(10_000_000_000);
        var damage = whole.Incidents.ShouldHaveSingleItem();
        (damage.Kind, damage.What).ShouldBe(("damage", "object 0a is damaged"));
        whole.Storage.ShouldNotBeNull().AllBytes.ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Retention_storage_and_who_did_what_are_told()
    {
        var shop = await ShopAsync();

        shop.Retention.Rules.ShouldBe("7 daily, all of 2d");
        (shop.Retention.Backups, shop.Retention.Pinned, shop.Retention.Due).ShouldBe((3, 1, 0));
        shop.Storage.ShouldNotBeNull().DataBytes.ShouldBe(100, "as its manifest says");
        shop.Storage.AddedInPeriod.ShouldBe((long)(1e6 * (Enumerable.Range(1, 29).Sum() - 12)));
        shop.Activities.Select(activity => (activity.By, activity.Operation, activity.Count, activity.Failed))
            .ShouldBe([
                ("ann@vault", "backup", 2, 0),
                ("ann@vault", "drill", 3, 1),
                ("schedule nightly", "backup", 29, 1),
                ("user anna", "rollback", 1, 0),
            ]);
    }

    [Fact]
    public async Task A_database_without_any_backup_is_in_it_and_one_can_be_chosen()
    {
        var made = await AuditedRepository.MakeAsync();

        var all = await made.AuditAsync();
        var one = await made.AuditAsync(AuditedRepository.Options with { Databases = ["shop"], Storage = false });

        all.Databases.Select(database => database.Name).ShouldBe([AuditedRepository.Hostile, "shop"]);
        var never = all.Databases[0];
        (never.Backups.SuccessRate, never.Freshness.NewestProven, never.Freshness.LongestGapSeconds).ShouldBe(
            (0, null, null)
        );
        (never.Drills.MeetsTarget, never.Freshness.MeetsTarget, never.Storage).ShouldBe((null, null, null));
        one.Databases.ShouldHaveSingleItem().Storage.ShouldBeNull();
    }

    [Fact]
    public async Task What_cannot_be_read_is_named()
    {
        var made = await AuditedRepository.MakeAsync();
        await made.Store.WriteAsync(
            "journal/2026/11/20261120T000000Z-0000.json",
            "torn"u8.ToArray(),
            durable: true,
            Never
        );

        var report = await made.AuditAsync();

        report.Unreadable.ShouldHaveSingleItem().ShouldStartWith("journal/2026/11/20261120T000000Z-0000.json: ");
        AuditPage.Of(report).ShouldContain("This audit is incomplete.");
    }

    private static async Task<DatabaseAudit> ShopAsync() =>
        Shop(await (await AuditedRepository.MakeAsync()).AuditAsync());

    private static DatabaseAudit Shop(AuditReport report) =>
        report.Databases.Single(database => database.Name == "shop");

    private static BackupMark Mark(int backup, string kind, bool passed) =>
        new()
        {
            Backup = SampleBackup.Id(backup),
            Kind = kind,
            At = AuditedRepository.Now,
            Passed = passed,
        };
}
