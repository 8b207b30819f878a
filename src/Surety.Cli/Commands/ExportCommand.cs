using System.CommandLine;
using System.CommandLine.Parsing;
using Surety.Cli.Output.Reports;
using Surety.Core.Export;
using Surety.Repository.Journal;
using CommandResult = Surety.Cli.Output.CommandResult;

namespace Surety.Cli.Commands;

internal sealed class ExportCommand : RecordedCommand
{
    private readonly Argument<string> id = BackupArgument.Create();
    private readonly Option<ExportFormat> format = new("--format")
    {
        Description = "sql for psql, csv (RFC 4180), or json (JSON Lines)",
        HelpName = "sql|csv|json",
        Required = true,
        CustomParser = ParseFormat,
    };
    private readonly Option<string> output = new("--output")
    {
        Description = "The folder to write into; it is made where it is missing",
        HelpName = "DIR",
        Required = true,
    };
    private readonly Option<string[]> tables = new("--table")
    {
        Description = "Export this table only; may be repeated",
        HelpName = "TABLE",
    };
    private readonly Option<bool> gzip = FlagOption.Create("--gzip", "Compress every file by gzip");
    private readonly Option<bool> zstd = FlagOption.Create("--zstd", "Compress every file by zstd");
    private readonly Option<bool> filePerTable = FlagOption.Create(
        "--file-per-table",
        "With sql: the rows of each table in a file of their own"
    );
    private readonly Option<bool> noOwner = FlagOption.Create("--no-owner", "With sql: without owners and grants");
    private readonly Option<string?> scratch = new("--scratch")
    {
        Description = "A server to make the copy on instead of a scratch server, and a database of it to connect to",
        HelpName = "URL",
    };
    private readonly Option<int?> jobs = JobsOption.Create("How many tables to load or write at once");

    public ExportCommand()
        : base("export", "Write the tables of a backup into files for other programs")
    {
        Arguments.Add(id);
        foreach (
            var option in new Option[] { format, output, tables, gzip, zstd, filePerTable, noOwner, scratch, jobs }
        )
        {
            Options.Add(option);
        }

        Validators.Add(Validate);
    }

    public override string UnfinishedState =>
        "the files and the copy of this export are removed, and no database was changed";

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        entry.Concerns(manifest);
        var options = new ExportOptions
        {
            Format = arguments.GetRequiredValue(format),
            Folder = Path.GetFullPath(arguments.GetRequiredValue(output), context.WorkingDirectory),
            Tables = arguments.GetValue(tables) ?? [],
            Compression =
                arguments.GetValue(gzip) ? ExportCompression.Gzip
                : arguments.GetValue(zstd) ? ExportCompression.Zstd
                : ExportCompression.None,
            FilePerTable = arguments.GetValue(filePerTable),
            NoOwner = arguments.GetValue(noOwner),
            Scratch = context.ServerOf(arguments.GetValue(scratch)),
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
        };
        entry.Role = options.Scratch?.User;
        var export = new BackupExport(opened.Repository, context.Tools, context.Clock, context.Progress);
        var report = await export.RunAsync(manifest, options, context.Cancellation);
        entry.Measure("files", report.Files.Count);
        entry.Measure("bytes", report.Files.Sum(file => file.Bytes));
        return ExportResult.Of(report);
    }

    private static ExportFormat ParseFormat(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        switch (text)
        {
            case "sql":
                return ExportFormat.Sql;
            case "csv":
                return ExportFormat.Csv;
            case "json":
                return ExportFormat.Json;
            default:
                argument.AddError($"--format takes sql, csv or json, not '{text}'");
                return default;
        }
    }

    private void Validate(System.CommandLine.Parsing.CommandResult command)
    {
        // By its token: a format that is none has no value to ask for.
        var isSql = command.GetResult(format)?.Tokens is [{ Value: "sql" }];
        var error =
            command.GetValue(gzip) && command.GetValue(zstd) ? "export takes --gzip or --zstd, not both"
            : command.GetValue(filePerTable) && !isSql ? "--file-per-table goes with --format sql: the others always do"
            : command.GetValue(noOwner) && !isSql ? "--no-owner goes with --format sql: the others have none"
            : null;
        if (error is not null)
        {
            command.AddError(error);
        }
    }
}
