using System.Diagnostics;
using System.Text.Json;
using Surety.Cli.Commands;
using Surety.Core.Demo;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;

namespace Surety.Cli.Demo;

/// <summary>
/// Where the demo's story takes place: a scratch server with the shop, and a folder for its repository. Each step is run
/// by the real command line, shown as somebody would type it, and required to show what it should.
/// </summary>
internal sealed class DemoStage : IAsyncDisposable
{
    // What leads elsewhere must not reach the story: a repository, a database, a password file.
    private static readonly string[] Inherited = ["PATH", "SURETY_PG_BIN", "TMPDIR", "LD_LIBRARY_PATH"];

    private const int Width = 110;

    private readonly long startedAt = Stopwatch.GetTimestamp();
    private readonly List<DemoStep> steps = [];
    private readonly OperationContext context;
    private readonly DemoShop shop;
    private readonly string folder;
    private readonly CommandHost host;

    private DemoStage(OperationContext context, DemoShop shop, string folder)
    {
        (this.context, this.shop, this.folder) = (context, shop, folder);
        host = context.Host with { Environment = EnvironmentOf(context.Environment), WorkingDirectory = folder };
    }

    public static async Task<DemoStage> SetAsync(OperationContext context)
    {
        context.Output.Say("starting a scratch PostgreSQL and loading the shop into it");
        var shop = await DemoShop.OpenAsync(context.Tools, context.Cancellation);
        try
        {
            var folder = Directory.CreateTempSubdirectory("surety-demo-").FullName;
            var stage = new DemoStage(context, shop, folder);
            stage.Say($"A throw-away PostgreSQL {shop.Version} has a database with a small shop.");
            stage.Say($"All of it, the repository too, is gone when this ends.\n");
            stage.Show($"export {string.Join(' ', stage.Exported.Select(v => $"{v.Key}={v.Value}"))}");
            return stage;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(startedAt);

    /// <summary>A line of the story.</summary>
    public void Say(string line) => context.Output.Tell($"{line}\n");

    /// <summary>Runs a statement in the shop.</summary>
    public async Task SqlAsync(string sql)
    {
        Show($"psql -c \"{sql}\"");
        var began = Stopwatch.GetTimestamp();
        var rows = await shop.RunAsync(sql, context.Cancellation);
        steps.Add(new DemoStep(sql, ExitCode: null, Seconds(began), Result: null));
        var verb = sql.Split(' ')[0];
        Say(rows < 0 ? verb : $"{verb} {Units.Count(rows)}");
    }

    /// <summary>Runs a command and shows what it prints.</summary>
    /// <param name="expected">The exit code that it must end with.</param>
    /// <param name="arguments">As on the command line.</param>
    /// <returns>What it prints under <c>--json</c>.</returns>
    public async Task<JsonElement> SuretyAsync(int expected, params IReadOnlyList<string> arguments)
    {
        var command = $"surety {string.Join(' ', arguments.Select(ShellWord.Quoted))}";
        Show(Wrapped(command));
        var began = Stopwatch.GetTimestamp();
        var result = await new CommandLine(CommandLine.Commands(), host).PlayAsync(arguments, context.Stopping);
        var document = JsonSerializer.Deserialize<JsonElement>(result.Json);
        steps.Add(new DemoStep(command, result.ExitCode, Seconds(began), document));
        context.Output.Tell(result.Text);
        Require(result.ExitCode == expected, $"exit code {expected} instead of {result.ExitCode}");
        return document;
    }

    /// <summary>Ends the story where the last step did not show what it must.</summary>
    public void Require(bool shown, string what)
    {
        if (!shown)
        {
            throw new SuretyException(
                ErrorCode.Internal,
                $"the demo failed: '{steps[^1].Command}' should have shown {what}; nothing of yours was touched",
                "this is a defect of surety: please report it with what the demo printed"
            );
        }
    }

    public DemoDocument ToDocument() => new($"{shop.Version}", steps, Math.Round(Elapsed.TotalSeconds, 3));

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        await shop.DisposeAsync();
    }

    private Dictionary<string, string> Exported =>
        new()
        {
            ["PGHOST"] = shop.Database.Host,
            ["PGPORT"] = $"{shop.Database.Port}",
            ["PGUSER"] = shop.Database.User,
            ["SURETY_DB"] = shop.Database.Database,
            ["SURETY_REPOSITORY"] = Path.Combine(folder, "repository"),
        };

    private Dictionary<string, string?> EnvironmentOf(IReadOnlyDictionary<string, string?> present)
    {
        var kept = present.Where(variable => Inherited.Contains(variable.Key));
        var added = Exported.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value));
        return new Dictionary<string, string?>(kept.Concat(added));
    }

    private void Show(string command) => Say($"\n$ {command}");

    private static double Seconds(long began) => Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 3);

    /// <summary>A long line goes on at its options, as a shell takes it.</summary>
    private static string Wrapped(string command) =>
        command.Length <= Width
            ? command
            : command
                .Split(" --")
                .Aggregate(
                    (lines, option) =>
                        lines.Length - lines.LastIndexOf('\n') + option.Length + 3 > Width
                            ? $"{lines} \\\n    --{option}"
                            : $"{lines} --{option}"
                );
}
