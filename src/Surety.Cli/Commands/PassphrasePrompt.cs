using Surety.Cli.Output;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;

namespace Surety.Cli.Commands;

/// <summary>Asks for a passphrase on the terminal, where there is one.</summary>
internal static class PassphrasePrompt
{
    /// <summary>The passphrase of a repository; null where nobody can be asked, or nothing is typed.</summary>
    public static async ValueTask<KeySecret?> AskAsync(
        string location,
        CommandOutput output,
        CancellationToken cancellationToken
    ) =>
        output.CanAsk
        && await output.AskSecretAsync($"passphrase of {location}: ", cancellationToken) is { Length: > 0 } typed
            ? KeySecret.OfPassphrase(typed)
            : null;

    /// <summary>A new passphrase, typed twice.</summary>
    /// <exception cref="SuretyException">
    /// <see cref="ErrorCode.InvalidConfiguration"/> where nobody can be asked, <see cref="ErrorCode.InvalidArgument"/>
    /// where the two differ or are empty.
    /// </exception>
    public static async Task<KeySecret> AskNewAsync(
        string whereElse,
        CommandOutput output,
        CancellationToken cancellationToken
    )
    {
        if (!output.CanAsk)
        {
            throw new SuretyException(
                ErrorCode.InvalidConfiguration,
                "no new key was given, and there is no terminal to ask on; nothing was done",
                whereElse
            );
        }

        return KeySecret.OfPassphrase(await AskTwiceAsync("passphrase", output, cancellationToken));
    }

    /// <summary>A new secret, typed twice on the terminal.</summary>
    /// <param name="what">What it is called.</param>
    /// <exception cref="SuretyException"><see cref="ErrorCode.InvalidArgument"/> where the two differ or are empty.</exception>
    public static async Task<string> AskTwiceAsync(
        string what,
        CommandOutput output,
        CancellationToken cancellationToken
    )
    {
        var first = await output.AskSecretAsync($"new {what}: ", cancellationToken);
        if (string.IsNullOrEmpty(first))
        {
            throw Mistyped($"the {what} is empty");
        }

        return await output.AskSecretAsync("the same again: ", cancellationToken) == first
            ? first
            : throw Mistyped($"the two {what}s differ");
    }

    private static SuretyException Mistyped(string fact) =>
        new(ErrorCode.InvalidArgument, $"{fact}; nothing was done", "run it again");
}
