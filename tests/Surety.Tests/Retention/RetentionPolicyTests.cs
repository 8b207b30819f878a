using FsCheck;
using FsCheck.Fluent;
using Surety.Repository.Manifests;
using Surety.Repository.Retention;
using Surety.Tests.Manifests;

namespace Surety.Tests.Retention;

public sealed class RetentionPolicyTests
{
    [Fact]
    public void The_newest_of_each_of_the_last_periods_that_have_one_is_kept()
    {
        var decisions = Decide(
            new RetentionRules
            {
                Daily = 2,
                Weekly = 2,
                Monthly = 2,
            },
            Backup("2026-11-20 08:00"),
            Backup("2026-11-20 07:00"),
            Backup("2026-11-17 23:59"),
            Backup("2026-11-10 12:00"),
            Backup("2026-10-31 12:00"),
            Backup("2026-09-01 12:00")
        );

        decisions
            .Select(Line)
            .ShouldBe([
                "2026-11-20 08:00 newest, daily 2026-11-20, weekly 2026-W47, monthly 2026-11",
                "2026-11-20 07:00 no rule keeps it",
                "2026-11-17 23:59 daily 2026-11-17",
                "2026-11-10 12:00 weekly 2026-W46",
                "2026-10-31 12:00 monthly 2026-10",
                "2026-09-01 12:00 no rule keeps it",
            ]);
    }

    [Fact]
    public void A_week_begins_on_monday_and_belongs_to_the_year_of_its_thursday() =>
        Decide(
                new RetentionRules { Weekly = 3 },
                Backup("2027-01-04 00:00"),
                Backup("2027-01-03 23:59"),
                Backup("2026-12-28 00:00"),
                Backup("2026-12-27 23:59")
            )
            .Select(Line)
            .ShouldBe([
                "2027-01-04 00:00 newest, weekly 2027-W01",
                "2027-01-03 23:59 weekly 2026-W53",
                "2026-12-28 00:00 no rule keeps it",
                "2026-12-27 23:59 weekly 2026-W52",
            ]);

    [Fact]
    public void Within_counts_back_from_the_newest_backup_and_not_from_today() =>
        Decide(
                new RetentionRules { Within = TimeSpan.FromDays(2) },
                Backup("2020-01-10 12:00"),
                Backup("2020-01-08 12:00"),
                Backup("2020-01-08 11:59")
            )
            .Select(Line)
            .ShouldBe([
                "2020-01-10 12:00 newest, within 2d",
                "2020-01-08 12:00 within 2d",
                "2020-01-08 11:59 no rule keeps it",
            ]);

    [Fact]
    public void Without_rules_everything_is_kept() =>
        Decide(new RetentionRules(), Backup("2026-01-02"), Backup("2020-01-01")).ShouldAllBe(d => d.IsKept);

    [Fact]
    public void Each_database_of_each_server_is_a_series_of_its_own_and_tags_can_make_more()
    {
        RetainedBackup[] all =
        [
            Backup("2026-01-04"),
            Backup("2026-01-03", database: "blog"),
            Backup("2026-01-02", server: "other"),
            Backup("2026-01-01", tag: "env=test"),
            Backup("2025-01-01", tag: "env=test"),
        ];

        Kept(Decide(new RetentionRules { Last = 1 }, all)).ShouldBe(["2026-01-04", "2026-01-03", "2026-01-02"]);
        Kept(RetentionPolicy.Decide(all, _ => new RetentionRules { Last = 1 }, "env"))
            .ShouldBe(["2026-01-04", "2026-01-03", "2026-01-02", "2026-01-01"]);
        Kept(
                RetentionPolicy.Decide(
                    all,
                    name => name == "blog" ? new RetentionRules { Last = 1 } : new RetentionRules()
                )
            )
            .Count()
            .ShouldBe(5, "another database has no rules");
    }

    [Fact]
    public void What_is_not_sound_is_never_the_only_one_that_is_left()
    {
        var damaged = Backup("2026-01-05") with { IsSuspect = true };
        var incomplete = Backup("2026-01-04", incomplete: true);

        Decide(new RetentionRules { Last = 1 }, damaged, incomplete, Backup("2026-01-03"), Backup("2026-01-02"))
            .Select(Line)
            .ShouldBe([
                "2026-01-05 00:00 newest, last",
                "2026-01-04 00:00 last",
                "2026-01-03 00:00 newest that is complete and not known to be damaged",
                "2026-01-02 00:00 no rule keeps it",
            ]);
    }

    [Fact]
    public void What_is_pinned_tagged_proven_unclear_or_the_way_back_from_a_rollback_is_kept() =>
        Decide(
                new RetentionRules { Last = 1, Tags = [new("release", "yes")] },
                Backup("2026-01-09"),
                Backup("2026-01-08", tag: "before-rollback-to=20260101T000000Z-aaaa"),
                Backup("2026-01-07") with
                {
                    IsPinned = true,
                },
                Backup("2026-01-06", tag: "release=yes"),
                Backup("2026-01-05") with
                {
                    IsProven = true,
                },
                Backup("2026-01-04") with
                {
                    IsProven = true,
                },
                Backup("2026-01-03") with
                {
                    IsUnclear = true,
                },
                Backup("2026-01-01", tag: "before-rollback-to=20260101T000000Z-aaaa")
            )
            .Select(Line)
            .ShouldBe([
                "2026-01-09 00:00 newest, last",
                "2026-01-08 00:00 way back from a rollback",
                "2026-01-07 00:00 pinned",
                "2026-01-06 00:00 tag release=yes",
                "2026-01-05 00:00 newest proven by a drill",
                "2026-01-04 00:00 no rule keeps it",
                "2026-01-03 00:00 a mark of it cannot be read",
                "2026-01-01 00:00 no rule keeps it",
            ]);

    [Fact]
    public void Backups_of_some_schemas_are_a_series_of_their_own_and_take_no_place_from_whole_ones()
    {
        var sales = new BackupScope(["sales", "crm"], []);
        RetainedBackup[] all =
        [
            Limited("2026-01-05", sales),
            Limited("2026-01-04", new BackupScope(["crm", "sales"], [])),
            Limited("2026-01-03", new BackupScope([], ["sales", "crm"])),
            Backup("2026-01-02"),
            Backup("2026-01-01"),
        ];

        Decide(new RetentionRules { Last = 1 }, all)
            .Select(Line)
            .ShouldBe([
                "2026-01-05 00:00 newest, last",
                "2026-01-04 00:00 no rule keeps it",
                "2026-01-03 00:00 newest, last",
                "2026-01-02 00:00 newest, last",
                "2026-01-01 00:00 no rule keeps it",
            ]);
        RetentionPolicy.Newest(all).Select(newest => newest.Backup).ShouldBe([all[0], all[2], all[3]]);
    }

    [Fact]
    public void What_a_rollback_took_away_takes_no_place_from_what_it_brought_back()
    {
        const string safety = "before-rollback-to=20260101T000000Z-aaaa";

        Decide(
                new RetentionRules { Last = 1 },
                Backup("2026-01-05", tag: safety),
                Backup("2026-01-04", tag: safety) with
                {
                    Manifest = Limited("2026-01-04", new BackupScope(["sales"], [])).Manifest with
                    {
                        Tags = new Dictionary<string, string> { [Manifest.SafetyTag] = "20260101T000000Z-aaaa" },
                    },
                },
                Backup("2026-01-02"),
                Backup("2026-01-01") with
                {
                    IsProven = true,
                },
                Backup("2025-12-31")
            )
            .Select(Line)
            .ShouldBe([
                "2026-01-05 00:00 newest, way back from a rollback",
                "2026-01-04 00:00 way back from a rollback",
                "2026-01-02 00:00 newest that is complete and not known to be damaged, last",
                "2026-01-01 00:00 newest proven by a drill",
                "2025-12-31 00:00 no rule keeps it",
            ]);
    }

    [Fact]
    public void What_a_rollback_took_away_is_kept_where_nothing_else_is_any_good()
    {
        const string safety = "before-rollback-to=20260101T000000Z-aaaa";
        RetainedBackup[] all =
        [
            Backup("2026-03-03") with
            {
                IsSuspect = true,
            },
            Backup("2026-03-02") with
            {
                IsSuspect = true,
            },
            Backup("2026-01-02", tag: safety),
            Backup("2026-01-01", tag: safety) with
            {
                IsProven = true,
            },
        ];

        Decide(new RetentionRules { Last = 1 }, all)
            .Select(Line)
            .ShouldBe([
                "2026-03-03 00:00 newest, last",
                "2026-03-02 00:00 last",
                "2026-01-02 00:00 newest that is complete and not known to be damaged",
                "2026-01-01 00:00 newest proven by a drill",
            ]);
        RetentionPolicy.Newest(all).Select(newest => newest.Backup).ShouldBe([all[0], all[2], all[3]]);
    }

    [Fact]
    public void Every_backup_is_decided_once_and_the_protected_ones_are_kept() => ForAllSeeds(IsComplete);

    private static bool IsComplete(int seed)
    {
        var chance = new Random(seed);
        var all = Backups(chance);

        var decisions = Decide(Rules(chance), all);

        var kept = decisions.Where(d => d.IsKept).Select(d => d.Manifest.Id).ToHashSet();
        var stay = RetentionPolicy
            .Newest(all)
            .Select(newest => newest.Backup)
            .Concat(all.Where(backup => backup.IsPinned || backup.IsUnclear));
        return decisions.Select(d => d.Manifest.Id).Order().SequenceEqual(all.Select(b => b.Manifest.Id).Order())
            && stay.All(backup => kept.Contains(backup.Manifest.Id));
    }

    [Fact]
    public void A_rule_more_never_forgets_more() => ForAllSeeds(IsMonotone);

    private static bool IsMonotone(int seed)
    {
        var chance = new Random(seed);
        var (all, few, more) = (Backups(chance), Rules(chance), Rules(chance));
        // Without any rule nothing is forgotten: that is not the same as a rule that keeps nothing.
        few = few with
        {
            Last = few.Last ?? 1,
        };
        var both = new RetentionRules
        {
            Last = Larger(few.Last, more.Last),
            Within = few.Within > more.Within || more.Within is null ? few.Within : more.Within,
            Hourly = Larger(few.Hourly, more.Hourly),
            Daily = Larger(few.Daily, more.Daily),
            Weekly = Larger(few.Weekly, more.Weekly),
            Monthly = Larger(few.Monthly, more.Monthly),
            Yearly = Larger(few.Yearly, more.Yearly),
            Tags = [.. few.Tags, .. more.Tags],
        };

        return Kept(Decide(few, all)).Except(Kept(Decide(both, all))).ToList().Count == 0;
    }

    [Fact]
    public void The_order_of_the_backups_does_not_matter() => ForAllSeeds(IgnoresOrder);

    private static bool IgnoresOrder(int seed)
    {
        var chance = new Random(seed);
        var (all, rules) = (Backups(chance), Rules(chance));
        var lines = Decide(rules, all).Select(Line).ToList();
        chance.Shuffle(all);

        return Decide(rules, all).Select(Line).SequenceEqual(lines);
    }

    private static void ForAllSeeds(Func<int, bool> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), holds)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static int? Larger(int? one, int? other) => one > other || other is null ? one : other;

    private static IReadOnlyList<RetentionDecision> Decide(RetentionRules rules, params RetainedBackup[] backups) =>
        RetentionPolicy.Decide(backups, _ => rules);

    private static IEnumerable<string> Kept(IEnumerable<RetentionDecision> decisions) =>
        decisions.Where(d => d.IsKept).Select(d => $"{d.Manifest.CreatedAt:yyyy-MM-dd}");

    private static string Line(RetentionDecision decision) =>
        $"{decision.Manifest.CreatedAt:yyyy-MM-dd HH:mm} {decision.Why}";

    private static RetainedBackup[] Backups(Random chance) =>
        [
            .. Enumerable
                .Range(0, chance.Next(1, 40))
                .Select(_ =>
                    Backup(
                        $"{new DateTime(2026, 1, 1).AddHours(chance.Next(9000)):u}",
                        chance.Next(4) == 0 ? "blog" : "shop",
                        chance.Next(6) == 0 ? "other" : null,
                        chance.Next(5) switch
                        {
                            0 => "release=yes",
                            1 => $"{Manifest.SafetyTag}=20260101T000000Z-aaaa",
                            _ => null,
                        },
                        chance.Next(5) == 0
                    ) with
                    {
                        IsPinned = chance.Next(10) == 0,
                        IsProven = chance.Next(5) == 0,
                        IsSuspect = chance.Next(5) == 0,
                        IsUnclear = chance.Next(20) == 0,
                    }
                ),
        ];

    private static RetentionRules Rules(Random chance)
    {
        return new RetentionRules
        {
            Last = Number(),
            Within = Number() is { } days ? TimeSpan.FromDays(days) : null,
            Hourly = Number(),
            Daily = Number(),
            Weekly = Number(),
            Monthly = Number(),
            Yearly = Number(),
            Tags = Number() is null ? [] : [new("release", "yes")],
        };

        int? Number() => chance.Next(3) == 0 ? chance.Next(1, 6) : null;
    }

    private static RetainedBackup Limited(string time, BackupScope scope)
    {
        var whole = Backup(time);
        return whole with { Manifest = whole.Manifest with { Scope = scope } };
    }

    private static RetainedBackup Backup(
        string time,
        string database = "shop",
        string? server = null,
        string? tag = null,
        bool incomplete = false
    )
    {
        var at = DateTimeOffset.Parse(
            time,
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal
        );
        var sample = SampleBackup.Manifest(BackupId.New(at), new StoredStream(0, []));
        return new RetainedBackup(
            sample with
            {
                Database = database,
                CreatedAt = at,
                Source = sample.Source with { SystemIdentifier = server },
                Tags = tag is null ? [] : new Dictionary<string, string> { [tag.Split('=')[0]] = tag.Split('=')[1] },
                Incomplete = incomplete ? sample.Incomplete : [],
            }
        );
    }
}
