using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Postgres;
using Surety.Core.Restore;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;

namespace Surety.Cli.Commands;

internal sealed class RestoreCommand : RecordedCommand
{
    private readonly Argument<string> id = BackupArgument.Create();
    private readonly Option<string?> into = new("--into")
    {
        Description =
            "The database to make, or with --table the one to restore into: a URL, keywords, or a name on the server of --db",
        HelpName = "URL|NAME",
    };
    private readonly Option<string[]> tables = new("--table")
    {
        Description = "Bring back this table only, into an existing database; may be repeated",
        HelpName = "TABLE",
    };
    private readonly Option<bool> replace = new("--replace")
    {
        Description = "With --table: replace the rows of tables that exist, instead of restoring beside them",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<bool> yes = new("--yes")
    {
        Description = "With --replace: do it without asking",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<int?> jobs = JobsOption.Create("How many sessions load rows or build indexes at once");
    private readonly Option<bool> noOwner = new("--no-owner")
    {
        Description = "Everything belongs to the restoring role, without grants",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<bool> createRoles = new("--create-roles")
    {
        Description = "Create the roles that are missing, unable to log in",
        Arity = ArgumentArity.Zero,
    };

    public RestoreCommand()
        : base("restore", "Create a database, or single tables of one, from a backup")
    {
        Arguments.Add(id);
        foreach (var option in new Option[] { into, tables, replace, yes, jobs, noOwner, createRoles })
        {
            Options.Add(option);
        }

        Validators.Add(Validate);
    }

    public override string UnfinishedState =>
        "no database bears a name that was asked for as a result of this restore, and no table was changed";

    protected override Task<OpenedRepository> OpenAsync(ParseResult arguments, OperationContext context) =>
        BundleFile(arguments, context) is { } file
            ? OpenedRepository.OpenAsync(context.Settings.FindRepository(file), context)
            : base.OpenAsync(arguments, context);

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var manifest = BundleFile(arguments, context) is null
            ? await opened.FindBackupAsync(arguments.GetRequiredValue(id), context)
            : await opened.Repository.Manifests.FindAsync(ManifestStore.Latest, database: null, context.Cancellation);
        entry.Concerns(manifest);
        return arguments.GetValue(tables) is { Length: > 0 } named
            ? await RestoreTablesAsync(manifest, named, opened, entry, arguments, context)
            : await RestoreDatabaseAsync(manifest, opened, entry, arguments, context);
    }

    private async Task<CommandResult> RestoreDatabaseAsync(
        Manifest manifest,
        OpenedRepository opened,
        JournalEntry entry,
        ParseResult arguments,
        OperationContext context
    )
    {
        var restore = new DatabaseRestore(opened.Repository, context.Tools, context.Progress);
        var options = new RestoreOptions
        {
            Target = Target(arguments.GetRequiredValue(into)!, context),
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
            NoOwner = arguments.GetValue(noOwner),
            CreateRoles = arguments.GetValue(createRoles),
        };
        entry.WorksOn(options.Target);
        var report = await restore.RunAsync(manifest, options, context.Cancellation);
        entry.Measure("rows", report.Rows);
        entry.Measure("rawBytes", report.RawBytes);
        entry.Measure("proofSeconds", report.ProofSeconds);
        return RestoreResult.Of(manifest, report);
    }

    private async Task<CommandResult> RestoreTablesAsync(
        Manifest manifest,
        IReadOnlyList<string> named,
        OpenedRepository opened,
        JournalEntry entry,
        ParseResult arguments,
        OperationContext context
    )
    {
        var restore = new TableRestore(opened.Repository, context.Tools, context.Progress);
        var options = new TableRestoreOptions
        {
            Target = arguments.GetValue(into) is { } text ? Target(text, context) : context.FindTarget(),
            Tables = named,
            Replace = arguments.GetValue(replace),
            NoOwner = arguments.GetValue(noOwner),
        };
        entry.WorksOn(options.Target);
        if (options.Replace && !arguments.GetValue(yes))
        {
            var plan = await restore.PlanAsync(manifest, options, context.Cancellation);
            await Confirmation.RequireAsync(TableRestoreResult.Replaced(plan), plan.Database, context);
        }

        var report = await restore.RunAsync(manifest, options, context.Cancellation);
        entry.Measure("tables", report.Tables.Count);
        entry.Measure("rows", report.Tables.Sum(table => table.Rows));
        return TableRestoreResult.Of(manifest, report);
    }

    private void Validate(System.CommandLine.Parsing.CommandResult command)
    {
        var single = command.GetValue(tables) is { Length: > 0 };
        var error = (single, command.GetValue(into)) switch
        {
            (false, null) => "restore needs --into, or --table",
            (false, _) when command.GetValue(replace) => "--replace goes with --table: a database is never replaced",
            (true, _) when command.GetValue(createRoles) => "--create-roles does not go with --table",
            (true, _) when command.GetResult(jobs) is not null => "--jobs does not go with --table: it is one session",
            _ when command.GetValue(yes) && !command.GetValue(replace) => "--yes goes with --replace",
            _ => null,
        };
        if (error is not null)
        {
            command.AddError(error);
        }
    }

    /// <summary>The file of a bundle, where one is named. No id has a dot or a slash.</summary>
    private string? BundleFile(ParseResult arguments, OperationContext context)
    {
        var named = arguments.GetRequiredValue(id);
        var isFile =
            named.EndsWith(".tar", StringComparison.Ordinal)
            || (named.IndexOfAny(['.', '/']) >= 0 && File.Exists(Path.GetFullPath(named, context.WorkingDirectory)));
        return isFile ? named : null;
    }

    /// <summary>A bare name is one on the server that the backup's database is on; anything else stands for itself.</summary>
    private static ConnectionTarget Target(string text, OperationContext context) =>
        text.Contains("://", StringComparison.Ordinal) || text.Contains('=')
            ? context.TargetOf(text)
            : context.FindTarget().WithDatabase(text);
}
