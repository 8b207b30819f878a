using System.CommandLine;
using Surety.Repository.Errors;

namespace Surety.Server;

/// <summary>What <c>surety serve</c> was called with.</summary>
/// <param name="Configuration">Value of <c>--config</c>.</param>
/// <param name="Urls">Values of <c>--urls</c>, in the place of those of the configuration.</param>
/// <param name="NoAuth">Everybody may do everything; on loopback only.</param>
internal sealed record ServeArguments(string? Configuration, IReadOnlyList<string> Urls, bool NoAuth)
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    /// <summary>Runs <paramref name="serve"/> with the arguments, or says what is wrong with them; returns the exit code.</summary>
    public static Task<int> RunAsync(string[] arguments, Func<ServeArguments, Task<int>> serve)
    {
        var config = new Option<string?>("--config") { Description = "The configuration file", HelpName = "FILE" };
        var urls = new Option<string[]>("--urls")
        {
            Description = "Where to listen, http://127.0.0.1:7890 by default; several are separated by ;",
            HelpName = "URL",
        };
        var noAuth = new Option<bool>("--no-auth")
        {
            Description = "Let everybody who reaches the server do everything; on loopback only",
            Arity = ArgumentArity.Zero,
        };
        var command = new RootCommand("Runs schedules, the REST API and the dashboard") { config, urls, noAuth };
        command.SetAction(
            (parsed, _) =>
            {
                var given = new ServeArguments(
                    parsed.GetValue(config),
                    [.. (parsed.GetValue(urls) ?? []).SelectMany(url => url.Split(';'))],
                    parsed.GetValue(noAuth)
                );
                return ServeAsync(given, serve, parsed.InvocationConfiguration.Error);
            }
        );
        return command.Parse(arguments).InvokeAsync();
    }

    /// <summary>What keeps a server from starting is told as the command line tells it, with its exit codes.</summary>
    private static async Task<int> ServeAsync(
        ServeArguments arguments,
        Func<ServeArguments, Task<int>> serve,
        TextWriter errors
    )
    {
        try
        {
            return await serve(arguments);
        }
        catch (SuretyException e)
        {
            await errors.WriteLineAsync(e.Message);
            await errors.WriteLineAsync(e.Hint is { } hint ? $"HINT: {hint}" : "");
            return e.Code is ErrorCode.InvalidConfiguration or ErrorCode.InvalidArgument ? WrongUsage : Failed;
        }
    }
}
