using Surety.Cli.Commands;

namespace Surety.Tests.Cli;

public sealed class ConfirmationTests
{
    private static readonly string[] Losses = ["public.orders (3 rows now -> 500 in the backup)"];

    [Fact]
    public async Task Who_types_the_databases_name_goes_on()
    {
        var run = await ConfirmAsync(typed: "shop", Losses);

        run.ExitCode.ShouldBe(0);
        run.Error.ShouldBe(
            "in database shop this replaces:\n  public.orders (3 rows now -> 500 in the backup)\n"
                + "type the database's name to go on: "
        );
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("Shop")]
    [InlineData("")]
    public async Task Whatever_else_is_typed_refuses(string typed)
    {
        var run = await ConfirmAsync(typed, Losses);

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldEndWith(
            "ERROR [confirmation-needed]: \"shop\" was not typed; nothing was changed\nHINT: run it again to be asked again\n"
        );
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_it_is_refused()
    {
        var run = await ConfirmAsync(typed: null, Losses);

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldBe(
            "ERROR [confirmation-needed]: in database shop this would replace public.orders (3 rows now -> 500 in the "
                + "backup); nothing was changed\nHINT: run it again with --yes, or on a terminal to be asked\n"
        );
    }

    [Fact]
    public async Task Nothing_to_lose_needs_no_confirmation() =>
        (await ConfirmAsync(typed: null, [])).ShouldBe(new CommandLineRun(0, "hello\n", ""));

    [Theory]
    [InlineData("restore needs --into, or --table", "restore", "latest")]
    [InlineData(
        "--replace goes with --table: a database is never replaced",
        "restore",
        "x",
        "--into",
        "y",
        "--replace"
    )]
    [InlineData("--yes goes with --replace", "restore", "latest", "--table", "t", "--yes")]
    [InlineData("--create-roles does not go with --table", "restore", "latest", "--table", "t", "--create-roles")]
    [InlineData("--jobs takes a number from 1 to 64", "backup", "--jobs", "none")]
    [InlineData("--jobs takes a number from 1 to 64", "backup", "--jobs", "0")]
    public async Task Options_that_do_not_fit_are_refused(string fact, params string[] arguments)
    {
        var run = await CommandLineRun.InAsync(Path.GetTempPath(), arguments);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith($"ERROR [invalid-argument]: {fact}; nothing was done\n");
    }

    private static Task<CommandLineRun> ConfirmAsync(string? typed, string[] losses) =>
        CommandLineRun.OfAsync(
            async context =>
            {
                await Confirmation.RequireAsync(losses, "shop", context);
                return CommandLineRun.Greeting;
            },
            ["work"],
            typed: typed
        );
}
