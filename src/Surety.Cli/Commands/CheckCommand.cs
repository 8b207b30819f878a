using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Configuration;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Files;
using Surety.Core.Migrations.Live;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;
using Surety.Repository.Errors;

namespace Surety.Cli.Commands;

/// <summary>Rates migrations by their text, for which it needs no database; asked for one, it says what they meet there.</summary>
internal sealed class CheckCommand : SuretyCommand
{
    private readonly Argument<string[]> paths = new("FILE|DIR")
    {
        Description = "SQL files, folders of migrations in any common naming, or - for the standard input",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string?> failOn = FailOnOption.Create();
    private readonly Option<string?> format = new("--format")
    {
        Description = "text (the default), github for annotations of a workflow, or sarif",
        HelpName = "FORMAT",
    };
    private readonly Option<int?> version = new("--pg-version")
    {
        Description = $"PostgreSQL's major version; {CheckOptions.NewestVersion} if left out",
        HelpName = "N",
    };
    private readonly Option<string[]> ignored = Rules("--ignore", "Ignore this rule everywhere; may be repeated");
    private readonly Option<string[]> added = Rules(
        "--rule",
        "Follow this rule, which is off by default; may be repeated"
    );
    private readonly Option<bool> inTransaction = FlagOption.Create(
        "--in-transaction",
        "Each file runs in a transaction of its own"
    );
    private readonly Option<bool> down = FlagOption.Create("--down", "Check down migrations too");

    public CheckCommand()
        : base("check", "Rate the risk of migrations by their text; with --db, say what they meet there")
    {
        Arguments.Add(paths);
        foreach (var option in new Option[] { failOn, format, version, ignored, added, inTransaction, down })
        {
            Options.Add(option);
        }
        format.AcceptOnlyFromAmong("text", "github", "sarif");
        version.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is { } major && !CheckOptions.IsVersion(major))
            {
                result.AddError($"--pg-version is a major version from {CheckOptions.OldestVersion} on");
            }
        });
    }

    public override string UnfinishedState => "nothing was changed";

    public override bool ReadsInput(ParseResult arguments) => arguments.GetRequiredValue(paths).Contains("-");

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        var scripts = new List<MigrationScript>();
        foreach (var path in arguments.GetRequiredValue(paths))
        {
            scripts.AddRange(await ReadAsync(path, arguments.GetValue(down), context));
        }

        var configured = context.Settings.FindCheck();
        var report = MigrationCheck.Run(scripts, OptionsOf(arguments, configured));
        var limit = FailOnOption.LimitOf(failOn, arguments, configured.FailOn);
        var live = context.Settings.AsksForDatabase ? await LookAsync(report, context) : null;
        return CheckResult.Of(report, live, limit, arguments.GetValue(format) ?? "text");
    }

    private static async Task<LiveFacts> LookAsync(CheckReport report, OperationContext context)
    {
        var target = context.FindTarget();
        context.Progress.Begin($"looking at database {target.Database}");
        return await LiveReading.RunAsync(
            report,
            target,
            await FindBackupAsync(target.Database, context),
            context.Cancellation
        );
    }

    private static async Task<BackupStanding> FindBackupAsync(string database, OperationContext context)
    {
        if (context.Settings.FindRepositoryIfNamed() is not { } setting)
        {
            return new BackupStanding { Missing = "no repository was named", Remedy = "surety init --repo PATH" };
        }

        try
        {
            using var opened = await OpenedRepository.OpenAsync(setting, context);
            var now = context.Clock.GetUtcNow();
            return await BackupStanding.ReadAsync(opened.Repository, database, now, context.Cancellation);
        }
        catch (SuretyException e) when (e.Code == ErrorCode.RepositoryNotFound)
        {
            // The check is not about it: it says that there is no way back.
            return new BackupStanding { Missing = e.Message, Remedy = "surety init" };
        }
    }

    private static async Task<IEnumerable<MigrationScript>> ReadAsync(string path, bool down, OperationContext context)
    {
        if (path == "-")
        {
            var text = await context.Host.Console.ReadToEndAsync(context.Cancellation);
            return [await FollowAsync(MigrationScript.Parse(text), null, context.WorkingDirectory, context)];
        }

        var full = Path.GetFullPath(path, context.WorkingDirectory);
        var folder = Directory.Exists(full) ? full : Path.GetDirectoryName(full)!;
        var scripts = new List<MigrationScript>();
        foreach (var file in ScriptFiles.Find(full, down))
        {
            var name = Path.GetRelativePath(context.WorkingDirectory, file);
            var script = await MigrationScript.ReadAsync(file, name, context.Cancellation);
            scripts.Add(await FollowAsync(script, file, folder, context));
        }

        return scripts;
    }

    private static Task<MigrationScript> FollowAsync(
        MigrationScript script,
        string? path,
        string folder,
        OperationContext context
    ) => IncludedFiles.FollowAsync(script, path, context.WorkingDirectory, folder, context.Cancellation);

    private CheckOptions OptionsOf(ParseResult arguments, CheckSection configured)
    {
        var ignoredHere = Known(arguments.GetValue(ignored)).ToDictionary(rule => rule, _ => "ignored everywhere");
        return new()
        {
            Version = arguments.GetValue(version) ?? configured.Postgres ?? CheckOptions.NewestVersion,
            InTransaction = arguments.GetValue(inTransaction),
            Ignored = configured.Or(new CheckSection { Ignored = ignoredHere }).Ignored,
            Added = Known(arguments.GetValue(added)),
        };
    }

    private static HashSet<string> Known(string[]? names) =>
        [
            .. (names ?? []).Select(name =>
                RuleBook.Find(name)?.Name
                ?? throw new SuretyException(
                    ErrorCode.InvalidArgument,
                    $"there is no rule {name}; nothing was checked",
                    Spelling.Nearest(name, RuleBook.All.Select(r => r.Name)) is { } nearest
                        ? $"Did you mean {nearest}?"
                        : "docs/check.md lists the rules."
                )
            ),
        ];

    private static Option<string[]> Rules(string name, string description) =>
        new(name) { Description = description, HelpName = "RULE" };
}
