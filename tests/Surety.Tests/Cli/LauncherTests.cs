using System.CommandLine;
using System.Diagnostics;
using Surety.Cli.Commands;
using Surety.Testing;

namespace Surety.Tests.Cli;

/// <summary>The launcher of a clone builds what a command needs, before there is a program that could read the command line.</summary>
public sealed class LauncherTests
{
    private static readonly string Launcher = Path.Combine(ProjectFolders.Root, "surety");

    [Theory]
    [InlineData("serve", "serve")]
    [InlineData("serve", "--config", "f", "serve", "--no-auth")]
    [InlineData("serve", "--config=f", "--quiet", "serve")]
    [InlineData("backup", "backup", "--db", "demo")]
    [InlineData("list", "--db", "demo", "--repo", "serve", "list")]
    [InlineData("", "--config")]
    [InlineData("")]
    public async Task It_finds_the_command_among_options(string command, params string[] arguments)
    {
        const string find = """source <(sed -n '/^command_word()/,/^}/p' "$0"); command_word "$@" """;
        var start = new ProcessStartInfo("bash", ["-euc", find, Launcher, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using var bash = Process.Start(start)!;

        var found = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();

        bash.ExitCode.ShouldBe(0);
        found.ShouldBe(command);
    }

    [Fact]
    public void It_knows_every_option_that_may_come_before_the_command_with_a_value()
    {
        var root = new RootCommand();
        new GlobalOptions().AddTo(root);

        var options = root.Options.Where(option => option.Recursive && option.Arity.MinimumNumberOfValues > 0);

        File.ReadAllText(Launcher)
            .ShouldContain($"            {string.Join(" | ", options.Select(option => option.Name))}) shift ;;\n");
    }
}
