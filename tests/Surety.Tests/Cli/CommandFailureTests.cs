using Surety.Repository.Errors;

namespace Surety.Tests.Cli;

public sealed class CommandFailureTests
{
    private static readonly SuretyException Locked = new(
        ErrorCode.RepositoryLocked,
        "the repository is locked by ann; nothing was written",
        "wait until it is done"
    );

    [Fact]
    public async Task A_foreseen_failure_is_told_with_its_hint_and_exit_code()
    {
        var run = await CommandLineRun.OfAsync(_ => throw Locked, ["work"]);

        run.ShouldBe(
            new CommandLineRun(
                11,
                "",
                "ERROR [repository-locked]: the repository is locked by ann; nothing was written\nHINT: wait until it is done\n"
            )
        );
    }

    [Fact]
    public async Task With_json_and_quiet_the_failure_is_one_document_and_still_an_error_on_stderr()
    {
        var run = await CommandLineRun.OfAsync(
            context =>
            {
                context.Output.Say("a remark");
                throw Locked;
            },
            ["work", "--json", "--quiet"]
        );

        run.ExitCode.ShouldBe(11);
        run.Out.ShouldBe(
            """
            {
              "error": {
                "code": "repository-locked",
                "message": "the repository is locked by ann; nothing was written",
                "hint": "wait until it is done"
              }
            }

            """
        );
        run.Error.ShouldBe(
            "ERROR [repository-locked]: the repository is locked by ann; nothing was written\nHINT: wait until it is done\n"
        );
    }

    [Fact]
    public async Task An_unforeseen_failure_asks_for_a_report_and_hides_passwords_and_the_stack()
    {
        var run = await CommandLineRun.OfAsync(
            _ => throw new InvalidOperationException("no use of postgres://ann:secret@host/shop"),
            ["work"]
        );

        run.ShouldBe(
            new CommandLineRun(
                1,
                "",
                "ERROR [internal]: unexpected InvalidOperationException: no use of postgres://ann:***@host/shop; nothing was changed\n"
                    + "HINT: this is a defect of surety: please report it with what the same command prints under --verbose\n"
            )
        );
    }

    [Fact]
    public async Task Verbose_shows_the_stack_without_the_password()
    {
        var run = await CommandLineRun.OfAsync(
            _ => throw new InvalidOperationException("password=secret"),
            ["work", "--verbose"]
        );

        run.Error.ShouldContain("   at Surety.Tests.Cli.CommandFailureTests");
        run.Error.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Ctrl_C_cancels_the_operation_and_ends_with_130()
    {
        var interrupts = new ManualInterrupts();

        var run = await CommandLineRun.OfAsync(
            async context =>
            {
                interrupts.Press();
                await Task.Delay(Timeout.Infinite, context.Cancellation);
                return CommandLineRun.Greeting;
            },
            ["work"],
            interrupts: interrupts
        );

        run.ShouldBe(
            new CommandLineRun(
                130,
                "",
                "cancelling and cleaning up; a second Ctrl-C stops at once\nERROR [cancelled]: cancelled; nothing was changed\n"
            )
        );
        interrupts.Listening.ShouldBeFalse();
    }

    [Fact]
    public async Task The_timeout_cancels_the_operation_and_says_how_to_allow_more()
    {
        var run = await CommandLineRun.OfAsync(
            async context =>
            {
                await Task.Delay(Timeout.Infinite, context.Cancellation);
                return CommandLineRun.Greeting;
            },
            ["work", "--timeout", "20ms"]
        );

        run.ShouldBe(
            new CommandLineRun(
                1,
                "",
                "ERROR [timed-out]: not done within 0.02 s; nothing was changed\n"
                    + "HINT: allow more with --timeout 2h, or any time with --timeout 0\n"
            )
        );
    }

    [Fact]
    public async Task Settings_are_read_only_when_a_command_asks()
    {
        string[] arguments = ["work", "--config", "missing.yaml"];

        var indifferent = await CommandLineRun.OfAsync(arguments);
        var curious = await CommandLineRun.OfAsync(
            context =>
            {
                context.Settings.FindRepository();
                return Task.FromResult(CommandLineRun.Greeting);
            },
            arguments
        );

        indifferent.ExitCode.ShouldBe(0);
        curious.ShouldBe(
            new CommandLineRun(
                2,
                "",
                "ERROR [invalid-configuration]: the configuration file missing.yaml does not exist; nothing was done\n"
                    + "HINT: check --config and SURETY_CONFIG\n"
            )
        );
    }
}
