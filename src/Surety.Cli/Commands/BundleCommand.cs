using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Bundle;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Storage.Local;

namespace Surety.Cli.Commands;

internal sealed class BundleCommand : RecordedCommand
{
    private readonly Argument<string> id = BackupArgument.Create();
    private readonly Option<string> output = new("--output")
    {
        Description = "The file to write; it must not exist",
        HelpName = "FILE",
        Required = true,
    };

    public BundleCommand()
        : base("bundle", "Write one backup into one file, which 'surety restore FILE' accepts")
    {
        Arguments.Add(id);
        Options.Add(output);
    }

    public override string UnfinishedState => "no file was written";

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var path = Path.GetFullPath(arguments.GetRequiredValue(output), context.WorkingDirectory);
        if (Path.Exists(path))
        {
            throw new SuretyException(
                ErrorCode.TargetExists,
                $"{path} exists already; it was left as it is, and nothing was written",
                "name another file with --output"
            )
            {
                Object = path,
            };
        }

        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        entry.Concerns(manifest);
        context.Progress.Begin("writing the bundle");
        using var file = OutputFile.Create(path);
        var report = await new BackupBundle(opened.Repository).WriteAsync(
            manifest,
            file.Content,
            bytes => context.Progress.Add(0, bytes),
            context.Cancellation
        );
        var (length, sha256) = file.Complete();
        entry.Measure("objects", report.Objects);
        entry.Measure("bytes", length);
        return BundleResult.Of(report, path, length, sha256);
    }
}
