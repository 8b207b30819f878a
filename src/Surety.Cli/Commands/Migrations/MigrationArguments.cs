using System.CommandLine;
using Surety.Cli.Output;
using Surety.Core.Guard;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Runs;
using Surety.Repository.Errors;

namespace Surety.Cli.Commands.Migrations;

/// <summary>What <c>migrate</c> and <c>migrate down</c> are told in the same words.</summary>
internal sealed class MigrationArguments
{
    private readonly Argument<string> folder = Folder();
    private readonly Option<string?> to;
    private readonly Option<bool> dryRun = new("--dry-run")
    {
        Description = "Plan and check, and change nothing",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<RehearsalWish?> rehearse = new("--rehearse")
    {
        Description = "Run it on a copy first: auto (from medium risk on), always, never",
        HelpName = "auto|always|never",
    };
    private readonly Option<string?> scratch = new("--scratch")
    {
        Description = "A server to rehearse on, and a database of it to connect to; else Surety starts one",
        HelpName = "URL",
    };
    private readonly Option<RiskLevel?> allow = new("--allow")
    {
        Description = "Run what has this risk without asking; 'high' needs --approved-by",
        HelpName = "none|low|medium|high",
    };
    private readonly Option<string?> approvedBy = new("--approved-by")
    {
        Description = "Who agreed; it is recorded",
        HelpName = "NAME",
    };
    private readonly Option<TimeSpan?> lockTimeout = DurationOption.Create(
        "--lock-timeout",
        "How long a statement waits for a lock: 5s if left out"
    );
    private readonly Option<int?> attempts = new("--attempts")
    {
        Description = "How often a file is tried where others are in its way: 5 if left out",
        HelpName = "N",
    };
    private readonly Option<OnFailure?> onFailure = new("--on-failure")
    {
        Description = "What becomes of what was committed before a failure: ask (on a terminal), rollback, or keep",
        HelpName = "ask|rollback|keep",
    };
    private readonly Option<int?> jobs = JobsOption.Create("How many sessions read or load rows at once");

    /// <param name="toDescription">What <c>--to</c> means for the command.</param>
    public MigrationArguments(string toDescription) =>
        to = new("--to") { Description = toDescription, HelpName = "VERSION" };

    public static Argument<string> Folder() =>
        new("DIR") { Description = "The folder of the migrations: plain SQL files with a version in their names" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(folder);
        foreach (
            var option in new Option[]
            {
                to,
                dryRun,
                rehearse,
                scratch,
                allow,
                approvedBy,
                lockTimeout,
                attempts,
                onFailure,
                jobs,
            }
        )
        {
            command.Options.Add(option);
        }

        attempts.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--attempts takes a number from 1");
            }
        });
    }

    public bool IsDryRun(ParseResult arguments) => arguments.GetValue(dryRun);

    /// <exception cref="SuretyException">InvalidArgument, InvalidConfiguration.</exception>
    public MigrationOptions Read(ParseResult arguments, bool down, string? baseline, OperationContext context)
    {
        var configured = context.Settings.FindMigrations();
        var named = arguments.GetRequiredValue(folder);
        var wanted = arguments.GetValue(onFailure) ?? configured.OnFailure;
        var options = new MigrationOptions
        {
            Target = context.FindTarget(),
            Folder = Path.GetFullPath(named, context.WorkingDirectory),
            ShownFolder = named,
            Down = down,
            To = arguments.GetValue(to),
            Baseline = baseline,
            DryRun = IsDryRun(arguments),
            Rehearse = arguments.GetValue(rehearse) ?? configured.Rehearse ?? RehearsalWish.Auto,
            Scratch = context.ServerOf(arguments.GetValue(scratch)),
            Ignored = context.Settings.FindCheck().Ignored,
            Allowed = arguments.GetValue(allow) ?? RiskLevel.Medium,
            ApprovedBy = arguments.GetValue(approvedBy),
            LockTimeout =
                arguments.GetValue(lockTimeout) ?? configured.LockTimeout ?? MigrationOptions.StandardLockTimeout,
            Attempts = arguments.GetValue(attempts) ?? MigrationOptions.StandardAttempts,
            OnFailure = wanted ?? (context.Output.CanAsk ? OnFailure.Ask : OnFailure.Keep),
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
        };
        Require(options, wanted, context.Output);
        return options;
    }

    private static void Require(MigrationOptions options, OnFailure? wanted, CommandOutput output)
    {
        if (options.Allowed == RiskLevel.High && string.IsNullOrWhiteSpace(options.ApprovedBy))
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                "--allow high needs the name of who agreed; nothing was done",
                "add --approved-by NAME; it is recorded with the migration"
            );
        }

        if (wanted == OnFailure.Ask && !output.CanAsk)
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                "--on-failure ask needs a terminal to ask on; nothing was done",
                "use --on-failure keep or --on-failure rollback"
            );
        }
    }
}
