using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Postgres;
using Surety.Core.Restore;

namespace Surety.Cli.Commands;

internal sealed class RestoreCommand : SuretyCommand
{
    private readonly Argument<string> id = BackupArgument.Create();
    private readonly Option<string> into = new("--into")
    {
        Description = "The database to make: a URL, keywords, or a name on the server of --db",
        HelpName = "URL|NAME",
        Required = true,
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
        : base("restore", "Create a database from a backup")
    {
        Arguments.Add(id);
        foreach (var option in new Option[] { into, jobs, noOwner, createRoles })
        {
            Options.Add(option);
        }
    }

    public override string UnfinishedState =>
        "no database bears the name that was asked for as a result of this restore";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenedRepository.OpenAsync(context);
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        var restore = new DatabaseRestore(opened.Repository, context.Tools, context.Progress);
        var options = new RestoreOptions
        {
            Target = Target(arguments.GetRequiredValue(into), context),
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
            NoOwner = arguments.GetValue(noOwner),
            CreateRoles = arguments.GetValue(createRoles),
        };
        return RestoreResult.Of(manifest, await restore.RunAsync(manifest, options, context.Cancellation));
    }

    /// <summary>A bare name is one on the server that the backup's database is on; anything else stands for itself.</summary>
    private static ConnectionTarget Target(string text, OperationContext context) =>
        text.Contains("://", StringComparison.Ordinal) || text.Contains('=')
            ? ConnectionTargetParser.Parse(text, context.Environment, context.Output.Say)
            : context.FindTarget().WithDatabase(text);
}
