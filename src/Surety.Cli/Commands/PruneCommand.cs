using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Prune;
using Surety.Repository.Retention;

namespace Surety.Cli.Commands;

internal sealed class PruneCommand : RecordedCommand
{
    private readonly RetentionOptions rules = new();
    private readonly Option<string?> database = new("--database")
    {
        Description = "Apply the rules to the backups of this database only",
        HelpName = "NAME",
    };
    private readonly Option<string?> groupTag = new("--group-by-tag")
    {
        Description = "Count the backups of each value of this tag by themselves",
        HelpName = "KEY",
    };
    private readonly Option<TimeSpan?> grace = DurationOption.Create(
        "--grace",
        "How long a forgotten backup can be brought back: 7d (the default), 0 for not at all"
    );
    private readonly Option<bool> dryRun = new("--dry-run")
    {
        Description = "Show what would be done, and why, and do nothing",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<bool> yes = YesOption.Create();
    private readonly Option<int?> jobs = JobsOption.Create("How many objects to read or delete at once");

    public PruneCommand()
        : base("prune", "Forget the backups that no rule keeps, and delete what no backup needs")
    {
        foreach (var option in rules.All.Concat([database, groupTag, grace, dryRun, yes, jobs]))
        {
            Options.Add(option);
        }
    }

    public override string UnfinishedState => "every backup on the list is whole; the next prune goes on from here";

    protected override bool IsRecorded(ParseResult arguments) => !arguments.GetValue(dryRun);

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var only = arguments.GetValue(database);
        entry.Database = only;
        var options = OptionsOf(arguments, context);
        if (arguments.GetValue(dryRun))
        {
            return PruneReport.Of(await LookAsync(opened, options, context), only, isDone: false);
        }

        if (!arguments.GetValue(yes))
        {
            options = options with { Agreed = await AskAsync(opened, options, only, context) };
        }

        await using var access = await opened.Repository.Locks.AcquireExclusiveAsync(Name, context.Cancellation);
        context.Progress.Begin("reading what the backups need");
        var plan = await new PrunePlanning(opened.Repository, options).MakeAsync(access, context.Cancellation);
        context.Progress.Begin("deleting");
        await plan.ExecuteAsync(
            context.Clock,
            options.Jobs,
            bytes => context.Progress.Add(0, bytes),
            context.Cancellation
        );
        entry.Measure("forgotten", plan.Forgets.Count());
        entry.Measure("removed", plan.Removes.Count);
        entry.Measure("deletedObjects", plan.Objects.Deleted.Count);
        entry.Measure("freedBytes", plan.Objects.Deleted.Bytes);
        return PruneReport.Of(plan, only, isDone: true);
    }

    /// <summary>Backups go on being made while a person reads the plan.</summary>
    private static Task<PrunePlan> LookAsync(OpenedRepository opened, PruneOptions options, OperationContext context)
    {
        context.Progress.Begin("reading what the backups need");
        return opened.Repository.Locks.HoldSharedToReadAsync(
            "prune (plan)",
            token => new PrunePlanning(opened.Repository, options).LookAsync(context.Clock, token),
            context.Cancellation
        );
    }

    /// <summary>The backups that may be forgotten or removed for good: those that the plan showed.</summary>
    private async Task<IReadOnlySet<BackupId>> AskAsync(
        OpenedRepository opened,
        PruneOptions options,
        string? only,
        OperationContext context
    )
    {
        var plan = await LookAsync(opened, options, context);
        var (forgets, removes) = (plan.Forgets.Count(), plan.Removes.Count);
        if (forgets + removes > 0)
        {
            await Confirmation.RequireAsync(
                PruneReport.Text(plan, only, isDone: false),
                $"this would forget {Units.Count(forgets, "backup")} and remove {Units.Count(removes)} for good",
                Name,
                context,
                asked: $"'{Name}'"
            );
        }

        return plan
            .Forgets.Select(manifest => manifest.Id)
            .Concat(plan.Removes.Select(backup => backup.Id))
            .ToHashSet();
    }

    private PruneOptions OptionsOf(ParseResult arguments, OperationContext context)
    {
        var given = rules.Read(arguments);
        var only = arguments.GetValue(database);
        return new PruneOptions
        {
            RulesOf = name =>
                only is not null && name != only ? new RetentionRules()
                : given.IsEmpty ? context.Settings.FindRetention(name)
                : given,
            GroupTag = arguments.GetValue(groupTag),
            Grace = arguments.GetValue(grace) ?? PruneOptions.StandardGrace,
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
        };
    }
}
