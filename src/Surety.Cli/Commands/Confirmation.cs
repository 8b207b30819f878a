using Surety.Repository.Errors;

namespace Surety.Cli.Commands;

/// <summary>Lets nothing be destroyed that nobody agreed to.</summary>
internal static class Confirmation
{
    /// <summary>Shows what would be destroyed, and lets go on who types the database's name.</summary>
    /// <param name="losses">One line each; none need no confirmation.</param>
    /// <param name="database">The name to type.</param>
    /// <exception cref="SuretyException">
    /// <see cref="ErrorCode.ConfirmationNeeded"/> where something else is typed, or nobody is there.
    /// </exception>
    public static async Task RequireAsync(IReadOnlyList<string> losses, string database, OperationContext context)
    {
        if (losses.Count == 0)
        {
            return;
        }

        var lines = string.Concat(losses.Select(loss => $"  {loss}\n"));
        await RequireAsync(
            $"in database {database} this replaces:\n{lines}",
            $"in database {database} this would replace {string.Join(", ", losses)}",
            database,
            context
        );
    }

    /// <summary>Shows <paramref name="plan"/>, and lets go on who types a word.</summary>
    /// <param name="plan">Lines for people; the last ends with a newline.</param>
    /// <param name="consequence">What would happen, as a fact, for where nobody can be asked.</param>
    /// <param name="word">What to type: the database's name, unless <paramref name="asked"/> says otherwise.</param>
    /// <exception cref="SuretyException"><see cref="ErrorCode.ConfirmationNeeded"/>, as above.</exception>
    public static async Task RequireAsync(
        string plan,
        string consequence,
        string word,
        OperationContext context,
        string asked = "the database's name"
    )
    {
        if (!context.Output.CanAsk)
        {
            throw Needed(
                $"{consequence}; nothing was changed",
                "run it again with --yes, or on a terminal to be asked"
            );
        }

        var question = $"{plan}type {asked} to go on: ";
        if (await context.Output.AskAsync(question, context.Cancellation) != word)
        {
            throw Needed($"\"{word}\" was not typed; nothing was changed", "run it again to be asked again");
        }
    }

    private static SuretyException Needed(string fact, string hint) => new(ErrorCode.ConfirmationNeeded, fact, hint);
}
