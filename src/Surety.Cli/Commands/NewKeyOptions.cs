using System.CommandLine;
using System.CommandLine.Parsing;
using Surety.Core.Configuration;
using Surety.Repository.Encryption;

namespace Surety.Cli.Commands;

/// <summary>How the key to be of <c>init</c>, <c>key add</c> and <c>key change</c> is given: never as an argument itself.</summary>
internal sealed class NewKeyOptions
{
    private readonly Option<string?> keyFile = new("--new-key-file")
    {
        Description = "Make a key file of this name, and let it open the repository",
        HelpName = "FILE",
    };
    private readonly Option<string?> label = new("--label")
    {
        Description = "What the key is called in 'surety key list'; stored in clear",
        HelpName = "TEXT",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(keyFile);
        command.Options.Add(label);
    }

    /// <summary>True where one of the options is there.</summary>
    public bool IsGiven(SymbolResult command) =>
        command.GetResult(keyFile) is not null || command.GetResult(label) is not null;

    /// <param name="setting">Where the settings say that it is, or null.</param>
    /// <param name="whereElse">Hint for where nobody can be asked.</param>
    public async Task<NewKey> ReadAsync(
        ParseResult arguments,
        KeySetting? setting,
        string whereElse,
        OperationContext context
    )
    {
        var secret =
            arguments.GetValue(keyFile) is { } file ? KeyFile.Create(Path.GetFullPath(file, context.WorkingDirectory))
            : setting is not null ? setting.Read(context.Output.Warn)
            : await PassphrasePrompt.AskNewAsync(whereElse, context.Output, context.Cancellation);
        return new NewKey(secret, arguments.GetValue(label));
    }
}
