using Surety.Cli.Output.Reports;
using Surety.Core.Listing;
using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Prune;
using Surety.Repository.Statistics;
using Surety.Repository.Verify;

namespace Surety.Tests.Cli;

public sealed class ReportTests
{
    private static readonly TableEntry Orders = SampleBackup.Table("orders", 1_234_000, 500_000_000);
    private static readonly TableEntry Customers = SampleBackup.Table("customers", 567, 12_300_000);
    private static readonly TableEntry Empty = SampleBackup.Table("empty", 0, 0);

    [Fact]
    public void Backup_tells_what_it_holds_with_the_largest_tables_first()
    {
        var result = BackupReport.Of(
            SampleBackup.Manifest(),
            SampleBackup.Contents(Empty, Customers, Orders),
            everyTable: false
        );

        result.ExitCode.ShouldBe(0);
        result.Text.ShouldBe(
            """
            backup 20261120T171449Z-k3f9 of shop
              about    before the migration
              tags     by=ann, release=1.2
              instant  2026-11-20 17:14:50Z, serializable deferrable, LSN 0/16B3748
              server   PostgreSQL 15.18, read as surety
              holds    1,234,567 rows in 3 tables, 512.3 MB
              stored   120.0 MB in 321 objects
              new      3.1 MB in 12 objects
              took     13.3 s

            TABLE                  ROWS      SIZE
            public.orders     1,234,000  500.0 MB
            public.customers        567   12.3 MB
            public.empty              0       0 B

            """
        );
    }

    [Fact]
    public void Backup_tells_what_it_does_not_hold_and_ends_with_3()
    {
        var result = BackupReport.Of(
            SampleBackup.Manifest(
                incomplete: new IncompleteItem("foreign table rows", "public.remote", "they live on another server")
            ),
            SampleBackup.Contents(Orders),
            everyTable: false
        );

        result.ExitCode.ShouldBe(3);
        result.Text.ShouldEndWith(
            """
            public.orders  1,234,000  500.0 MB

            INCOMPLETE: this backup does not hold 1 thing
              foreign table rows public.remote: they live on another server

            """
        );
    }

    [Fact]
    public void Backup_gives_the_small_tables_one_line_together()
    {
        var tables = Enumerable.Range(1, 13).Select(i => SampleBackup.Table($"t{i:00}", i, i * 1000)).ToArray();
        var contents = SampleBackup.Contents(tables);

        var brief = BackupReport.Of(SampleBackup.Manifest(), contents, everyTable: false).Text;
        var whole = BackupReport.Of(SampleBackup.Manifest(), contents, everyTable: true).Text;

        brief.ShouldEndWith("public.t04           4   4.0 kB\n3 smaller tables     6   6.0 kB\n");
        whole.ShouldEndWith("public.t02     2   2.0 kB\npublic.t01     1   1.0 kB\n");
    }

    [Fact]
    public void Backup_json_has_the_fields_of_the_contract() =>
        BackupReport
            .Of(
                SampleBackup.Manifest(incomplete: new IncompleteItem("table rows", "public.x", "permission denied")),
                SampleBackup.Contents(),
                everyTable: false
            )
            .Json.ShouldBe(
                """
                {
                  "id": "20261120T171449Z-k3f9",
                  "database": "shop",
                  "description": "before the migration",
                  "startedAt": "2026-11-20T17:14:49Z",
                  "finishedAt": "2026-11-20T17:15:02.3Z",
                  "isolation": "serializable deferrable",
                  "snapshot": "00000003-0000001B-1",
                  "lsn": "0/16B3748",
                  "serverVersion": "15.18",
                  "tables": 3,
                  "rows": 1234567,
                  "rawBytes": 512300000,
                  "storedBytes": 120000000,
                  "newBytes": 3100000,
                  "objects": 321,
                  "newObjects": 12,
                  "durationSeconds": 13.3,
                  "incomplete": [
                    {
                      "kind": "table rows",
                      "name": "public.x",
                      "reason": "permission denied"
                    }
                  ]
                }

                """
            );

    [Fact]
    public void List_shows_the_newest_backup_first()
    {
        var older = SampleBackup.Manifest("20261119T171449Z-0000") with
        {
            CreatedAt = SampleBackup.Instant.AddDays(-1),
            Description = null,
            Incomplete = [new IncompleteItem("a", "b", "c")],
        };

        var result = ListReport.Of(
            [
                new ListedBackup(older with { Scope = new BackupScope(["sales"], []) }, Pinned: true),
                new ListedBackup(SampleBackup.Manifest(), Verified: SampleBackup.Sound),
            ],
            [],
            []
        );

        result.Text.ShouldBe(
            """
            ID                     CREATED               DATABASE  TABLES       ROWS      SIZE    STORED     NEW  STATE                           DESCRIPTION
            20261120T171449Z-k3f9  2026-11-20 17:14:50Z  shop           3  1,234,567  512.3 MB  120.0 MB  3.1 MB  complete,verified               before the migration
            20261119T171449Z-0000  2026-11-19 17:14:50Z  shop           3  1,234,567  512.3 MB  120.0 MB  3.1 MB  incomplete,some-schemas,pinned

            """
        );
    }

    [Fact]
    public void Statistics_are_a_table_with_what_waits_for_prune_and_a_warning_where_it_is_too_much()
    {
        var shop = new StorageFigures
        {
            Backups = 30,
            DataBytes = 1_000_000,
            HeldBytes = 30_000_000,
            UniqueBytes = 6_000_000,
            StoredBytes = 3_000_000,
            Objects = 60,
            GrowthBytes = 70_000,
        };
        var report = new StatisticsReport(
            [new DatabaseStatistics("shop", shop)],
            shop,
            new ObjectTally(3, 2_000_000),
            new ObjectTally(1, 500_000),
            0,
            []
        );

        StatsReport
            .Of(report)
            .Text.ShouldBe(
                """
                DATABASE  BACKUPS    DATA     HELD  STORED  DEDUPE  COMPRESSION  A BACKUP ADDS  STORED/DATA
                shop           30  1.0 MB  30.0 MB  3.0 MB   5.00x        2.00x        70.0 kB        3.00x

                in all 5.5 MB, 5.50x the data
                     3.0 MB in 60 objects: stored for the backups
                     2.0 MB in 3 objects: needed by forgotten backups alone
                   500.0 kB in 1 object: needed by no backup, until the next prune
                WARNING: that is more than 5 times the data: fewer backups take less (surety prune --keep-..., surety forget)

                """
            );
    }

    [Fact]
    public void A_verification_that_found_damage_says_how_to_repair_it()
    {
        var (one, two) = (new string('1', 64), new string('2', 64));
        var report = new VerifyReport(
            2,
            10,
            1_000,
            [
                new VerifyDamage(one, ["b", "c"], "it is missing"),
                new VerifyDamage(two, ["b"], "it is empty"),
                new VerifyDamage("backups/a.json", ["a"], "it is no JSON"),
            ]
        );

        VerificationReport
            .Of(report, "/backups", SampleBackup.Instant)
            .Text.ShouldBe(
                """
                checked 2 backups: 10 objects, 1.0 kB read

                DAMAGED: 3 pieces
                  1111111111111111111111111111111111111111111111111111111111111111: it is missing
                    hurts b, c
                  2222222222222222222222222222222222222222222222222222222222222222: it is empty
                    hurts b
                  backups/a.json: it is no JSON
                    hurts a

                Check what lies under /backups. Then, to write the damaged objects anew:
                  from a repository that has copies: surety copy b c --repo COPIES --to /backups
                  without copies, where the rows are still the same: surety backup
                and to see that it helped: surety verify --all

                """
            );
    }

    [Fact]
    public void A_partial_verification_says_what_it_did_not_read_and_how_old_that_is()
    {
        var read = SampleBackup.Instant;
        var report = new VerifyReport(2, 10, 1_000, [])
        {
            Unread = new UnreadData(90, 9_000, 5, 500, read),
            ProvenAt = new Dictionary<BackupId, DateTimeOffset> { [SampleBackup.Manifest().Id] = read },
        };

        VerificationReport
            .Of(report, "/backups", read.AddDays(12))
            .Text.ShouldBe(
                """
                checked 2 backups: 10 objects, 1.0 kB read
                not read this time: 90 objects, 9.0 kB
                  never read since written: 5 objects, 500 B
                  read longest ago: 2026-11-20 17:14:50Z, 12 days ago
                  read completely, by this or earlier verifications: 1 of 2 backups
                everything that was read is as it was written, and nothing is missing

                """
            );
    }

    [Fact]
    public void List_json_has_the_fields_of_the_contract() =>
        ListReport
            .Of([new ListedBackup(SampleBackup.Manifest(), Verified: SampleBackup.Sound)], [], [])
            .Json.ShouldBe(
                """
                {
                  "backups": [
                    {
                      "id": "20261120T171449Z-k3f9",
                      "createdAt": "2026-11-20T17:14:50Z",
                      "database": "shop",
                      "description": "before the migration",
                      "tables": 3,
                      "rows": 1234567,
                      "rawBytes": 512300000,
                      "storedBytes": 120000000,
                      "pinned": false,
                      "verifiedAt": "2026-11-20T17:14:50Z",
                      "verifyOutcome": "sound",
                      "drilledAt": null,
                      "drillOutcome": null,
                      "drillRestoreSeconds": null,
                      "newBytes": 3100000,
                      "objects": 321,
                      "newObjects": 12,
                      "onlySchemas": [],
                      "excludedSchemas": []
                    }
                  ],
                  "damaged": [],
                  "forgotten": []
                }

                """
            );

    [Fact]
    public void List_and_show_say_that_a_check_failed()
    {
        var failed = SampleBackup.Sound with { Passed = false, Reason = "object ab is missing" };
        var drilled = failed with { Kind = BackupMark.Drilled, Reason = "not equal", RestoreSeconds = 75 };
        var backup = new ListedBackup(SampleBackup.Manifest(), Verified: failed, Drilled: drilled);

        var list = ListReport.Of([backup], [], []);
        var show = ShowReport.Of(backup, SampleBackup.Contents(Customers), []);

        list.Text.ShouldContain("  complete,DAMAGED,DRILL-FAILED  ");
        list.Json.ShouldContain("\"verifyOutcome\": \"damaged\"");
        list.Json.ShouldContain("\"drillOutcome\": \"failed\"");
        show.Json.ShouldContain("\"drillRestoreSeconds\": 75");
        show.Text.ShouldContain(
            """
              verified 2026-11-20 17:14:50Z, damaged: object ab is missing
              drilled  2026-11-20 17:14:50Z, failed, restored in 1 min 15 s: not equal

            """
        );
    }

    [Fact]
    public void List_names_a_mark_that_cannot_be_read_and_ends_with_3()
    {
        var name = "marks/20261120T171449Z-k3f9/drilled.json";
        var damaged = new DamagedDocument(name, new SuretyException(ErrorCode.RepositoryDamaged, $"{name} is damaged"));

        var result = ListReport.Of([], [], [damaged]);

        result.ExitCode.ShouldBe(3);
        result.Text.ShouldEndWith($"\nDAMAGED: 1 mark cannot be read\n  20261120T171449Z-k3f9: {name} is damaged\n");
    }

    [Fact]
    public void List_of_an_empty_repository_says_so()
    {
        ListReport.Of([], [], []).Text.ShouldBe("no backups\n");
        ListReport.Of([], [], []).Json.ShouldBe("{\n  \"backups\": [],\n  \"damaged\": [],\n  \"forgotten\": []\n}\n");
    }

    [Fact]
    public void Show_tells_everything_that_the_backup_holds() =>
        ShowReport
            .Of(new ListedBackup(SampleBackup.Manifest()), SampleBackup.Contents(Customers), [])
            .Text.ShouldEndWith(
                """
                  took     13.3 s
                  schema   by pg_dump 15, without audit
                  besides  1 sequence, 0 large objects, 1 materialized view, 0 roles

                TABLE             ROWS     SIZE
                public.customers   567  12.3 MB

                """
            );

    [Fact]
    public void Show_json_names_tables_with_their_digest_and_sequences_with_their_state()
    {
        var json = ShowReport.Of(new ListedBackup(SampleBackup.Manifest()), SampleBackup.Contents(Customers), []).Json;

        json.ShouldContain(
            """
              "tables": [
                {
                  "name": "public.customers",
                  "rows": 567,
                  "rawBytes": 12300000,
                  "format": "binary",
                  "chunks": 1,
                  "digest": "000000000000000000000000000000ff"
                }
              ],
              "sequences": [
                {
                  "name": "public.orders_id_seq",
                  "lastValue": 42,
                  "isCalled": true
                }
              ],
              "materializedViews": [
                "public.totals"
              ],
              "largeObjects": 0,
            """
        );
        json.ShouldContain("\"tags\": {\n    \"release\": \"1.2\",\n    \"by\": \"ann\"\n  },");
    }
}
