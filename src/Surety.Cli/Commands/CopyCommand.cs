using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Copy;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;

namespace Surety.Cli.Commands;

internal sealed class CopyCommand : RecordedCommand
{
    // Objects are read and written one by one: enough at once to hide the latency of a bucket.
    private const int StandardJobs = 8;

    private readonly Argument<string[]> ids = new("ID")
    {
        Description = "Ids of the backups, unique prefixes of them, or 'latest'",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<bool> all = new("--all")
    {
        Description = "Copy all backups of the repository",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<string[]> targets = new("--to")
    {
        Description = "The repository to copy into, which exists; may be repeated",
        HelpName = "REPO",
        Required = true,
    };
    private readonly Option<int?> jobs = JobsOption.Create("How many objects to copy at once");

    public CopyCommand()
        : base("copy", "Copy backups into other repositories, and read back what was written there")
    {
        Arguments.Add(ids);
        Options.Add(all);
        Options.Add(targets);
        Options.Add(jobs);
        Validators.Add(command =>
        {
            if (command.GetValue(all) == command.GetValue(ids) is { Length: > 0 })
            {
                command.AddError("copy takes IDs or --all");
            }
        });
    }

    public override string UnfinishedState =>
        "every backup that a target has is whole, and a copy goes on where it was";

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var backups = await ChooseAsync(arguments, opened, context);
        if (backups is [var only])
        {
            entry.Concerns(only);
        }

        context.Progress.Begin("copying objects");
        var outcomes = new List<TargetOutcome>();
        foreach (var target in arguments.GetRequiredValue(targets).Distinct())
        {
            outcomes.Add(await CopyAsync(target, backups, opened, arguments.GetValue(jobs) ?? StandardJobs, context));
        }

        entry.Measure("backups", backups.Count);
        entry.Measure("newBytes", outcomes.Sum(outcome => outcome.NewBytes));
        var failed = outcomes.FirstOrDefault(outcome => outcome.Failure is not null);
        entry.Error = failed?.Failure is { } failure ? ErrorNames.NameOf(failure.Code) : null;
        entry.Message = failed is null ? null : $"{failed.Target}: {failed.Failure!.Message}";
        return CopyReport.Of(outcomes);
    }

    private async Task<IReadOnlyList<Manifest>> ChooseAsync(
        ParseResult arguments,
        OpenedRepository opened,
        OperationContext context
    )
    {
        if (arguments.GetValue(all))
        {
            var list = await opened.Repository.Manifests.ListAsync(context.Cancellation);
            return list.Damaged is [var damaged, ..] ? throw damaged.Error : [.. list];
        }

        var chosen = new List<Manifest>();
        foreach (var id in arguments.GetRequiredValue(ids))
        {
            chosen.Add(await opened.FindBackupAsync(id, context));
        }

        return [.. chosen.DistinctBy(manifest => manifest.Id)];
    }

    /// <summary>What fails is the outcome of this target: the others have theirs.</summary>
    private async Task<TargetOutcome> CopyAsync(
        string target,
        IReadOnlyList<Manifest> backups,
        OpenedRepository source,
        int parallel,
        OperationContext context
    )
    {
        var copied = new List<CopiedBackup>();
        try
        {
            using var opened = await OpenedRepository.OpenAsync(context.Settings.FindRepository(target), context);
            if (opened.Repository.Store.Location == source.Repository.Store.Location)
            {
                throw new SuretyException(
                    ErrorCode.InvalidArgument,
                    "it is the repository that the backups are in; nothing was copied",
                    "name another one with --to"
                );
            }

            if (source.Repository.Info.Encryption is not null && opened.Repository.Info.Encryption is null)
            {
                context.Output.Warn($"the backups are encrypted, and {target} is not: there they are in clear");
            }

            var copy = new BackupCopy(
                source.Repository,
                opened.Repository,
                context.Clock,
                bytes => context.Progress.Add(0, bytes)
            );
            await copy.RunAsync(backups, parallel, copied.Add, context.Cancellation);
            return new TargetOutcome(target, copied, null);
        }
        catch (SuretyException e)
        {
            return new TargetOutcome(target, copied, Failure.Of(e, UnfinishedState, context.Stopping));
        }
    }
}

/// <summary>What became of the copies for one target.</summary>
/// <param name="Target">As it was named.</param>
/// <param name="Copied">The backups that it has now.</param>
/// <param name="Failure">Why it does not have the others, or null.</param>
internal sealed record TargetOutcome(string Target, IReadOnlyList<CopiedBackup> Copied, Failure? Failure)
{
    public long NewBytes => Copied.Sum(backup => backup.NewBytes);
}
