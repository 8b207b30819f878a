using Surety.Cli.Output;
using Surety.Core.Configuration;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;

namespace Surety.Cli.Commands;

/// <summary>What a command works with.</summary>
internal sealed class OperationContext(Lazy<SuretySettings> settings)
{
    /// <summary>Read when first asked for: a command that needs no settings does not fail for wrong ones.</summary>
    public SuretySettings Settings => settings.Value;
    public required CommandOutput Output { get; init; }
    public required OperationProgress Progress { get; init; }

    /// <summary>Shows the progress; null where nothing is shown.</summary>
    public ProgressDisplay? Display { get; init; }

    /// <summary>What surrounds the run, for a command that runs others.</summary>
    public required CommandHost Host { get; init; }
    public TimeProvider Clock => Host.Clock;
    public IReadOnlyDictionary<string, string?> Environment => Host.Environment;
    public string WorkingDirectory => Host.WorkingDirectory;
    public required OperationCancellation Stopping { get; init; }
    public CancellationToken Cancellation => Stopping.Token;

    /// <summary>How long to wait for a repository that is locked.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>How the command was called, without secrets.</summary>
    public required string CommandLine { get; init; }

    /// <summary>On whose behalf, as the program that runs this says; null where it says nothing.</summary>
    public string? RequestedBy =>
        Environment.GetValueOrDefault("SURETY_REQUESTED_BY") is { Length: > 0 } name ? Secrets.Hide(name) : null;

    /// <summary>PostgreSQL's own programs.</summary>
    public ToolLocator Tools => new(name => Environment.GetValueOrDefault(name));

    /// <summary>What opens a repository: what the settings name, or somebody at the terminal knows.</summary>
    public ConfiguredKey KeyOf(RepositorySetting repository) =>
        new(
            Settings.FindKey(repository),
            (location, token) => PassphrasePrompt.AskAsync(location, Output, token),
            Output.Warn
        );

    /// <summary>How to reach the database that is meant.</summary>
    public ConnectionTarget FindTarget() => TargetOf(Settings.FindDatabase().Connection);

    /// <summary>What a URL, keywords or a name means; the PG* variables alone where there is none.</summary>
    public ConnectionTarget TargetOf(string? connection) =>
        ConnectionTargetParser.Parse(connection, Environment, Output.Say);

    /// <summary>The server that an option names in the place of a scratch server, or null.</summary>
    public ConnectionTarget? ServerOf(string? url) => url is null ? null : TargetOf(url);
}
