using System.Text.Json;

namespace Surety.Cli.Demo;

/// <summary>What <c>demo --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record DemoDocument(string ServerVersion, IReadOnlyList<DemoStep> Steps, double DurationSeconds);

/// <param name="Command">As somebody would type it.</param>
/// <param name="ExitCode">Of the command; null for an SQL statement.</param>
/// <param name="Result">What the command prints under <c>--json</c>; null for an SQL statement.</param>
internal sealed record DemoStep(string Command, int? ExitCode, double DurationSeconds, JsonElement? Result);
