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
    public required TimeProvider Clock { get; init; }
    public required IReadOnlyDictionary<string, string?> Environment { get; init; }
    public required string WorkingDirectory { get; init; }
    public required CancellationToken Cancellation { get; init; }

    /// <summary>PostgreSQL's own programs.</summary>
    public ToolLocator Tools => new(name => Environment.GetValueOrDefault(name));

    /// <summary>How to reach the database that is meant.</summary>
    public ConnectionTarget FindTarget() =>
        ConnectionTargetParser.Parse(Settings.FindDatabase().Connection, Environment, Output.Say);
}
