using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Capture;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands;

internal sealed class BackupCommand : RecordedCommand
{
    private readonly Option<string?> description = new("--description")
    {
        Description = "What the backup is for",
        HelpName = "TEXT",
    };
    private readonly Option<IReadOnlyDictionary<string, string>> tags = TagOption.Create();
    private readonly Option<int?> jobs = JobsOption.Create("How many sessions read rows at once");
    private readonly Option<string[]> schemas = new("--schema")
    {
        Description = "Back up this schema only; may be repeated",
        HelpName = "SCHEMA",
    };
    private readonly Option<string[]> excluded = new("--exclude-schema")
    {
        Description = "Leave this schema out; may be repeated",
        HelpName = "SCHEMA",
    };
    private readonly Option<TimeSpan?> lockTimeout = DurationOption.Create(
        "--lock-timeout",
        "How long to wait for the table locks together, 1m by default"
    );

    public BackupCommand()
        : base("backup", "Make a backup: one database at one instant")
    {
        foreach (var option in new Option[] { description, tags, jobs, schemas, excluded, lockTimeout })
        {
            Options.Add(option);
        }
    }

    public override string UnfinishedState => "no backup was made and the database was not changed";

    protected override bool RecordsItself => true;

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var options = CaptureOptionsOf(arguments, context);
        entry.WorksOn(options.Source);
        entry.Scope = options.Snapshot.Schemas.Scope;
        var capture = new SnapshotCapture(opened.Repository, context.Tools, context.Clock, context.Progress);
        var manifest = await capture.RunAsync(options, context.Cancellation);
        var contents = await opened.Repository.Manifests.ReadContentsAsync(manifest, context.Cancellation);
        return BackupReport.Of(manifest, contents, context.Output.Options.Verbose);
    }

    private CaptureOptions CaptureOptionsOf(ParseResult arguments, OperationContext context)
    {
        var snapshot = new SnapshotOptions
        {
            Schemas = new SchemaFilter(arguments.GetValue(schemas) ?? [], arguments.GetValue(excluded) ?? []),
        };
        var options = new CaptureOptions
        {
            Source = context.FindTarget(),
            Description = arguments.GetValue(description),
            Tags = arguments.GetRequiredValue(tags),
            Snapshot = arguments.GetValue(lockTimeout) is { } wait ? snapshot with { LockTimeout = wait } : snapshot,
        };
        return arguments.GetValue(jobs) is { } number ? options with { Jobs = number } : options;
    }
}
