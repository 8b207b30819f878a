using System.CommandLine;
using System.Text;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Audit;
using Surety.Core.Audit.Pages;
using Surety.Repository.Errors;
using Surety.Repository.Storage.Local;

namespace Surety.Cli.Commands;

/// <summary>An audit of what was done, proven and stored, for people who answer for the data.</summary>
internal sealed class ReportCommand : SuretyCommand
{
    private const string StandardOutput = "-";
    private static readonly TimeSpan StandardPeriod = TimeSpan.FromDays(30);

    private readonly Option<Since?> since = SinceOption.Create();
    private readonly Option<string[]> databases = new("--database")
    {
        Description = "Only this database, by its name on its server; may be repeated",
        HelpName = "NAME",
    };
    private readonly Option<string?> output = new("--output")
    {
        Description = "Write the page into this file, which must not exist; - is the standard output",
        HelpName = "FILE|-",
    };
    private readonly Option<bool> html = FlagOption.Create("--html", "Print the page, as --output - does");

    public ReportCommand()
        : base("report", "Audit a period: backups, proofs, restore times, incidents, retention, storage")
    {
        foreach (var option in new Option[] { since, databases, output, html })
        {
            Options.Add(option);
        }
    }

    public override string UnfinishedState => "no report was written";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        var file = FileOf(arguments, context);
        using var opened = await OpenedRepository.OpenAsync(context);
        context.Progress.Begin("reading what was done");
        var report = await AuditReport.MakeAsync(
            opened.Repository,
            OptionsOf(arguments, context),
            context.Clock,
            context.Cancellation
        );
        if (file is not null)
        {
            Write(file, AuditPage.Of(report));
        }

        var isPage = arguments.GetValue(html) || arguments.GetValue(output) == StandardOutput;
        return AuditResult.Of(report, isPage ? AuditPage.Of(report) : null, file);
    }

    private AuditOptions OptionsOf(ParseResult arguments, OperationContext context)
    {
        var now = context.Clock.GetUtcNow();
        return new AuditOptions
        {
            Since = arguments.GetValue(since)?.Before(now) ?? now - StandardPeriod,
            Databases = arguments.GetValue(databases) ?? [],
            TargetsOf = context.Settings.FindTargets,
            RulesOf = context.Settings.FindRetention,
        };
    }

    /// <summary>Looked at before the repository is read, which can take a while.</summary>
    private string? FileOf(ParseResult arguments, OperationContext context)
    {
        if (arguments.GetValue(output) is not { } name || name == StandardOutput)
        {
            return null;
        }

        var path = Path.GetFullPath(name, context.WorkingDirectory);
        return Path.Exists(path)
            ? throw new SuretyException(
                ErrorCode.TargetExists,
                $"{path} exists already; it was left as it is, and nothing was written",
                "name another file with --output"
            )
            {
                Object = path,
            }
            : path;
    }

    private static void Write(string path, string page)
    {
        using var file = OutputFile.Create(path);
        file.Content.Write(Encoding.UTF8.GetBytes(page));
        file.Complete();
    }
}
