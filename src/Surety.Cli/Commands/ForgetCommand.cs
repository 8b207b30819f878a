using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Journal;
using Surety.Repository.Prune;

namespace Surety.Cli.Commands;

internal sealed class ForgetCommand : RecordedCommand
{
    private readonly Argument<string[]> ids = new("ID")
    {
        Description = "Ids of the backups, any unique prefix of each, or 'latest'",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<bool> allowNewest = new("--allow-newest")
    {
        Description = "Also the newest backup of a database, and the newest one that is whole or proven by a drill",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<bool> yes = YesOption.Create();

    public ForgetCommand()
        : base("forget", "Take backups off the list; until a prune some days later they can be brought back")
    {
        Arguments.Add(ids);
        Options.Add(allowNewest);
        Options.Add(yes);
    }

    public override string UnfinishedState => "backups that are not on the list any more can be brought back";

    protected override bool RecordsItself => true;

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var forgetting = new Forgetting(opened.Repository, context.Clock);
        var choice = new ForgettableBackups(opened.Repository, arguments.GetValue(allowNewest));
        var database = OpenedRepository.DatabaseOfSettings(context);
        var wanted = arguments.GetRequiredValue(ids);
        var backups = await choice.FindAsync(wanted, database, context.Cancellation);
        if (!arguments.GetValue(yes))
        {
            await Confirmation.RequireAsync(
                $"this forgets:\n{string.Concat(backups.Select(backup => $"  {backup}\n"))}",
                $"this would forget {string.Join(", ", backups)}",
                Name,
                context,
                asked: $"'{Name}'"
            );
        }

        await using var access = await opened.Repository.Locks.AcquireExclusiveAsync(Name, context.Cancellation);
        // Again, now that nobody can pin one or make another the newest.
        await choice.RequireAllowedAsync(backups, context.Cancellation);
        await forgetting.ForgetAsync(
            backups.Select(backup => (backup.Id, backup.Database)),
            "asked for",
            access,
            context.Cancellation
        );
        return ForgetResult.Of(backups);
    }
}
