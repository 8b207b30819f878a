namespace Surety.Cli.Output;

/// <summary>The streams of a command: the two it writes to, and its input. The only way to the console: tests put their own in its place.</summary>
internal interface IConsole
{
    /// <summary>Data.</summary>
    TextWriter Out { get; }

    /// <summary>What people read: progress, remarks, errors.</summary>
    TextWriter Error { get; }

    /// <summary>True where somebody watches <see cref="Error"/> on a terminal that can redraw a line.</summary>
    bool ErrorIsTerminal { get; }

    /// <summary>True where somebody can be asked: input comes from a terminal, and so does what they read.</summary>
    bool CanAsk { get; }

    /// <summary>The next line that somebody types; null where the input has ended.</summary>
    Task<string?> ReadLineAsync(CancellationToken cancellationToken);

    /// <summary>All of the input.</summary>
    Task<string> ReadToEndAsync(CancellationToken cancellationToken);

    /// <summary>Returns once the input has ended; what comes before is passed over.</summary>
    Task WaitForInputEndAsync();

    /// <summary>The next line, without showing what is typed.</summary>
    Task<string?> ReadSecretAsync(CancellationToken cancellationToken);
}
