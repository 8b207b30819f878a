using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Rollback;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands;

internal sealed class RollbackCommand : RecordedCommand
{
    private readonly Argument<string> id = BackupArgument.Create();
    private readonly Option<RollbackStrategy?> strategy = StrategyOption.Create();
    private readonly Option<string[]> tables = new("--table")
    {
        Description = "Roll back this table only; may be repeated",
        HelpName = "TABLE",
    };
    private readonly Option<string[]> schemas = new("--schema")
    {
        Description = "Roll back the objects of this schema only; may be repeated",
        HelpName = "SCHEMA",
    };
    private readonly Option<string[]> excluded = new("--exclude-schema")
    {
        Description = "Leave the objects of this schema alone; may be repeated",
        HelpName = "SCHEMA",
    };
    private readonly Option<RollbackProof> proof = new("--proof")
    {
        Description = "Prove changed rows by sums, or by reading the changed tables again",
        HelpName = "sums|reread",
        DefaultValueFactory = _ => RollbackProof.Sums,
    };
    private readonly Option<bool> noSafetyBackup = new("--no-safety-backup")
    {
        Description = "Do not back up the present state first: the rollback cannot be undone",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<bool> allowDangling = new("--allow-dangling")
    {
        Description = "With --table: accept rows that refer to rows which do not exist afterwards",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<bool> leaveReplication = new("--leave-replication")
    {
        Description = "Swap although replication slots or subscriptions stay with the database that is put aside",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<bool> dryRun = FlagOption.Create("--dry-run", "Show the plan and change nothing");
    private readonly Option<bool> yes = YesOption.Create();
    private readonly Option<int?> jobs = JobsOption.Create("How many sessions read or load rows at once");

    public RollbackCommand()
        : base("rollback", "Make an existing database equal to a backup again")
    {
        Arguments.Add(id);
        foreach (
            var option in new Option[]
            {
                strategy,
                tables,
                schemas,
                excluded,
                proof,
                noSafetyBackup,
                allowDangling,
                leaveReplication,
                dryRun,
                yes,
                jobs,
            }
        )
        {
            Options.Add(option);
        }
    }

    // Once it cannot be taken back, a rollback is not cancelled any more.
    public override string UnfinishedState => "the database is as it was";

    protected override bool IsRecorded(ParseResult arguments) => !arguments.GetValue(dryRun);

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        var options = OptionsOf(arguments, context);
        entry.Concerns(manifest);
        entry.WorksOn(options.Target);
        var rollback = new DatabaseRollback(opened.Repository, context.Tools, context.Clock, context.Progress);
        if (arguments.GetValue(dryRun))
        {
            return RollbackPlanResult.Of(await rollback.PlanAsync(manifest, options, context.Cancellation), options);
        }

        var approval = RollbackApproval.Of(arguments.GetValue(yes), context);
        var report = await rollback.RunAsync(manifest, options, approval, context.Cancellation);
        entry.RolledBack(report);
        return RollbackResult.Of(report);
    }

    private RollbackOptions OptionsOf(ParseResult arguments, OperationContext context) =>
        new()
        {
            Target = context.FindTarget(),
            Strategy = arguments.GetValue(strategy),
            Tables = arguments.GetValue(tables) ?? [],
            Schemas = new SchemaFilter(arguments.GetValue(schemas) ?? [], arguments.GetValue(excluded) ?? []),
            Proof = arguments.GetValue(proof),
            SafetyBackup = !arguments.GetValue(noSafetyBackup),
            AllowDangling = arguments.GetValue(allowDangling),
            LeaveReplication = arguments.GetValue(leaveReplication),
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
        };
}
