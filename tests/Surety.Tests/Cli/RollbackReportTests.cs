using Surety.Cli.Output.Reports;
using Surety.Core.Postgres.Schema;
using Surety.Core.Rollback;

namespace Surety.Tests.Cli;

public sealed class RollbackReportTests
{
    private static readonly RollbackReport Report = new()
    {
        Backup = SampleBackup.Manifest().Id,
        Database = "shop",
        Strategy = RollbackStrategy.Swap,
        SafetyBackup = SampleBackup.Manifest().Id,
        RowsDeleted = null,
        RowsInserted = 1234,
        Proof = RollbackProof.Reread,
        DurationSeconds = 61.2,
        SafetySeconds = 1,
        InterruptionSeconds = 0.1,
        KeptDatabase = "shop_before",
        Warnings = ["something"],
    };

    [Fact]
    public void A_plan_says_what_changes_how_and_whom_it_keeps_waiting()
    {
        var plan = new RollbackPlan
        {
            Database = "shop",
            Backup = SampleBackup.Manifest().Id,
            Strategy = RollbackStrategy.Replace,
            Why = "it was asked for",
            SchemaChanges = [new SchemaDifference("TABLE public.novelty", SchemaChange.Extra)],
            Tables = [new("public.a", 3, 2000), new("public.b", null, 10), new("public.c", null, 5)],
            Steps = ["one", "two"],
            Locks = ["writers wait"],
            EstimatedSeconds = 61.2,
            Warnings = ["mind this"],
        };

        RollbackPlanText
            .Of(plan)
            .ShouldBe(
                """
                database shop becomes backup 20261120T171449Z-k3f9 again
                  strategy: replace, since it was asked for
                  schema:
                    TABLE public.novelty (extra)
                  rows:
                    public.a: 3 rows to delete, 2,000 to insert
                    2 tables: whatever they hold now becomes the 15 rows of the backup
                  steps:
                    1. one
                    2. two
                  locks:
                    writers wait
                  takes about 1 min 01 s
                  WARNING: mind this

                """
            );
    }

    [Fact]
    public void A_report_names_the_command_that_undoes_the_rollback()
    {
        var result = RollbackResult.Of(Report);

        result.ExitCode.ShouldBe(0);
        result.Text.ShouldBe(
            """
            database shop equals backup 20261120T171449Z-k3f9 again, by swap, proven, in 1 min 01 s
              1,234 rows inserted; sessions were interrupted for 0.1 s
              the database from before is kept as shop_before; once nobody needs it: DROP DATABASE "shop_before";
              the state from before is backup 20261120T171449Z-k3f9; to undo this rollback: surety rollback 20261120T171449Z-k3f9
              WARNING: something

            """
        );
    }

    [Fact]
    public void Its_json_has_null_for_what_does_not_apply() =>
        RollbackResult
            .Of(Report with { SafetyBackup = null, KeptDatabase = null, Warnings = [] })
            .Json.ShouldBe(
                """
                {
                  "backup": "20261120T171449Z-k3f9",
                  "database": "shop",
                  "strategy": "swap",
                  "safetyBackup": null,
                  "rowsDeleted": null,
                  "rowsInserted": 1234,
                  "proof": "reread",
                  "durationSeconds": 61.2,
                  "safetySeconds": 1,
                  "interruptionSeconds": 0.1,
                  "keptDatabase": null,
                  "warnings": []
                }

                """
            );
}
