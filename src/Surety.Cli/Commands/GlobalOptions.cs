using System.CommandLine;
using Surety.Cli.Output;
using Surety.Core.Configuration;

namespace Surety.Cli.Commands;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    private readonly Option<string> database = new("--db")
    {
        Description = "The database: a URL, keywords, or a name from surety.yaml [SURETY_DB, DATABASE_URL, PG*]",
        HelpName = "URL|NAME",
    };
    private readonly Option<string> repository = new("--repo")
    {
        Description = "The repository: a folder, s3://BUCKET/PREFIX, or a name from surety.yaml [SURETY_REPOSITORY]",
        HelpName = "PATH|NAME",
    };
    private readonly Option<string> configuration = new("--config")
    {
        Description = "The configuration file [SURETY_CONFIG; surety.yaml in the working directory]",
        HelpName = "FILE",
    };
    private readonly Option<bool> json = FlagOption.Create("--json", "Print one JSON document on stdout");
    private readonly Option<bool> attached = FlagOption.Create(
        "--attached",
        "For a program that runs surety: --json, stderr as JSON lines, cancelled when stdin ends"
    );
    private readonly Option<bool> quiet = FlagOption.Create("--quiet", "Nothing on stderr but errors");
    private readonly Option<bool> verbose = FlagOption.Create(
        "--verbose",
        "Tell more; show the stack trace of a failure"
    );
    private readonly Option<bool> noColor = FlagOption.Create(
        "--no-color",
        "Plain text, also on a terminal [NO_COLOR]"
    );
    private readonly Option<TimeSpan?> timeout = DurationOption.Create(
        "--timeout",
        "How long the operation may take, such as 90s, 30m (the default), 2h; 0 for any time"
    );
    private readonly Option<TimeSpan?> wait = DurationOption.Create(
        "--wait",
        "How long to wait for a repository that somebody else has locked; not at all if left out"
    );

    public void AddTo(Command root)
    {
        foreach (
            var option in new Option[]
            {
                database,
                repository,
                configuration,
                json,
                attached,
                quiet,
                verbose,
                noColor,
                timeout,
                wait,
            }
        )
        {
            option.Recursive = true;
            root.Options.Add(option);
        }
    }

    public OutputOptions Output(ParseResult arguments, IReadOnlyDictionary<string, string?> environment) =>
        new(
            arguments.GetValue(json) || arguments.GetValue(attached),
            arguments.GetValue(quiet),
            arguments.GetValue(verbose),
            arguments.GetValue(noColor) || environment.GetValueOrDefault("NO_COLOR") is { Length: > 0 },
            arguments.GetValue(attached)
        );

    /// <summary>Null for any time.</summary>
    public TimeSpan? Timeout(ParseResult arguments) =>
        (arguments.GetValue(timeout) ?? DefaultTimeout) is var limit && limit > TimeSpan.Zero ? limit : null;

    public TimeSpan Patience(ParseResult arguments) => arguments.GetValue(wait) ?? TimeSpan.Zero;

    public SettingsSources Sources(ParseResult arguments, CommandHost host) =>
        new()
        {
            Database = arguments.GetValue(database),
            Repository = arguments.GetValue(repository),
            ConfigurationFile = arguments.GetValue(configuration),
            Environment = host.Environment,
            WorkingDirectory = host.WorkingDirectory,
        };
}
