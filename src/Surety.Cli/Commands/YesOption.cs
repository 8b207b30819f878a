using System.CommandLine;

namespace Surety.Cli.Commands;

/// <summary><c>--yes</c>: what would be asked is agreed to.</summary>
internal static class YesOption
{
    public static Option<bool> Create() =>
        new("--yes") { Description = "Do it without asking", Arity = ArgumentArity.Zero };
}
