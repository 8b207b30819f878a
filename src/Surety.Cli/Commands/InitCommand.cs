using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Configuration;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Storage;

namespace Surety.Cli.Commands;

internal sealed class InitCommand : SuretyCommand
{
    private const string WhereElse =
        "set SURETY_PASSPHRASE, SURETY_PASSPHRASE_FILE or SURETY_KEY_FILE, or make a key file: --new-key-file FILE";

    private readonly Option<bool> encrypt = new("--encrypt")
    {
        Description = "Encrypt everything in it; the key is a passphrase or a key file",
        Arity = ArgumentArity.Zero,
    };
    private readonly NewKeyOptions newKey = new();

    public InitCommand()
        : base("init", "Make a repository in a new or empty folder, or in a bucket")
    {
        Options.Add(encrypt);
        newKey.AddTo(this);
        Validators.Add(command =>
        {
            if (!command.GetValue(encrypt) && newKey.IsGiven(command))
            {
                command.AddError("--new-key-file and --label need --encrypt");
            }
        });
    }

    public override string UnfinishedState => "no repository was made";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        var setting = context.Settings.FindRepository();
        var isEncrypted = arguments.GetValue(encrypt);
        if (!isEncrypted && context.KeyOf(setting).RequiresEncryption)
        {
            throw new SuretyException(
                ErrorCode.InvalidConfiguration,
                $"the configuration names a key of repository {setting.Name}; no repository was made",
                "run it with --encrypt, or take the key out of its section"
            );
        }

        using var store = setting.Place.Create(context.Clock);
        using var repository = isEncrypted
            ? await InitEncryptedAsync(store, setting, arguments, context)
            : await BackupRepository.InitAsync(store, context.Clock, context.Cancellation);
        context.KeyOf(setting).WarnIfUnused(store.Location, isEncrypted);
        return InitReport.Of(store.Location, repository);
    }

    private async Task<BackupRepository> InitEncryptedAsync(
        IBlobStore store,
        RepositorySetting setting,
        ParseResult arguments,
        OperationContext context
    )
    {
        // Before anybody types anything, and before a key file is made.
        await BackupRepository.RequireFreeAsync(store, context.Cancellation);
        var key = await newKey.ReadAsync(arguments, context.Settings.FindKey(setting), WhereElse, context);
        using var secret = key.Secret;
        return await BackupRepository.InitAsync(store, context.Clock, key, context.Cancellation);
    }
}
