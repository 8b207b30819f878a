namespace Surety.Core.Postgres.Tools;

/// <summary>A program and what it is given. Secrets travel in the environment, never in the arguments.</summary>
/// <param name="Program">Absolute path.</param>
/// <param name="Arguments">Passed as they are; no shell sees them.</param>
internal sealed record ToolCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables beside those inherited; every inherited <c>PG*</c> variable is taken away first.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What the program reads on standard input, or null for nothing.</summary>
    public Stream? Input { get; init; }

    /// <summary>
    /// Says, by the lines that it printed on standard error, whether a run that did not end with 0 did its work all the
    /// same. Null where 0 alone means success.
    /// </summary>
    public Func<IReadOnlyList<string>, bool>? Forgives { get; init; }

    /// <summary>What a line on standard error has in it that says nothing of why a run failed; null for nothing.</summary>
    public string? Noise { get; init; }

    public string Name => Path.GetFileNameWithoutExtension(Program);
}
