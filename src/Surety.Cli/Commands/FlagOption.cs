using System.CommandLine;

namespace Surety.Cli.Commands;

/// <summary>An option that is given or not, and takes no value.</summary>
internal static class FlagOption
{
    public static Option<bool> Create(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };
}
