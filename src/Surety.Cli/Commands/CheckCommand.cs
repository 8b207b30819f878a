using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Configuration;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Files;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;
using Surety.Repository.Errors;

namespace Surety.Cli.Commands;

/// <summary>Rates migrations by their text; needs no database and no repository.</summary>
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
        : base("check", "Rate the risk of migrations by their text; needs no database")
    {
        Arguments.Add(paths);
        foreach (var option in new Option[] { failOn, format, version, ignored, added, inTransaction, down })
        {
            Options.Add(option);
        }
        format.AcceptOnlyFromAmong("text", "github", "sarif");
        version.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < CheckOptions.OldestVersion or > 99)
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

        var report = MigrationCheck.Run(scripts, OptionsOf(arguments));
        var limit = FailOnOption.LimitOf(failOn, arguments);
        return CheckResult.Of(report, limit, arguments.GetValue(format) ?? "text");
    }

    private static async Task<IEnumerable<MigrationScript>> ReadAsync(string path, bool down, OperationContext context)
    {
        if (path == "-")
        {
            return [MigrationScript.Parse(await context.Host.Console.ReadToEndAsync(context.Cancellation))];
        }

        var scripts = new List<MigrationScript>();
        foreach (var file in ScriptFiles.Find(Path.GetFullPath(path, context.WorkingDirectory), down))
        {
            var name = Path.GetRelativePath(context.WorkingDirectory, file);
            scripts.Add(await MigrationScript.ReadAsync(file, name, context.Cancellation));
        }

        return scripts;
    }

    private CheckOptions OptionsOf(ParseResult arguments) =>
        new()
        {
            Version = arguments.GetValue(version) ?? CheckOptions.NewestVersion,
            InTransaction = arguments.GetValue(inTransaction),
            Ignored = Known(arguments.GetValue(ignored)),
            Added = Known(arguments.GetValue(added)),
        };

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
