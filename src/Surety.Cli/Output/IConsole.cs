namespace Surety.Cli.Output;

/// <summary>The two streams that a command writes to. The only way to the console: tests put their own in its place.</summary>
internal interface IConsole
{
    /// <summary>Data.</summary>
    TextWriter Out { get; }

    /// <summary>What people read: progress, remarks, errors.</summary>
    TextWriter Error { get; }

    /// <summary>True where somebody watches <see cref="Error"/> on a terminal that can redraw a line.</summary>
    bool ErrorIsTerminal { get; }
}
