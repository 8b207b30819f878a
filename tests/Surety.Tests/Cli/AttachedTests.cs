using System.Text.Json;
using Surety.Cli.Commands;
using Surety.Cli.Output;
using Surety.Core.Progress;
using Surety.Repository.Errors;
using Surety.Testing.Time;

namespace Surety.Tests.Cli;

/// <summary>What a program that runs surety reads: <c>--attached</c>.</summary>
public sealed class AttachedTests
{
    private static readonly OutputOptions Attached = new(
        Json: true,
        Quiet: false,
        Verbose: false,
        Plain: false,
        Attached: true
    );

    [Fact]
    public async Task Remarks_warnings_and_the_error_are_one_object_a_line_and_the_document_is_as_with_json()
    {
        var run = await CommandLineRun.OfAsync(
            context =>
            {
                context.Output.Say("two lines,\nthe \"second\"");
                context.Output.Warn("the journal has no record");
                throw new SuretyException(ErrorCode.RepositoryLocked, "locked by ann", "wait");
            },
            ["work", "--attached"]
        );

        run.ExitCode.ShouldBe(11);
        run.Error.ShouldBe(
            """
            {"message":"two lines,\nthe \"second\""}
            {"warning":"the journal has no record"}
            {"error":{"code":"repository-locked","message":"locked by ann","hint":"wait"}}

            """
        );
        JsonSerializer
            .Deserialize<JsonElement>(run.Out)
            .GetProperty("error")
            .GetProperty("code")
            .GetString()
            .ShouldBe("repository-locked");
    }

    [Fact]
    public async Task A_stack_trace_stands_in_the_line_of_the_error()
    {
        var run = await CommandLineRun.OfAsync(
            _ => throw new InvalidOperationException("no"),
            ["work", "--attached", "--verbose"]
        );

        var line = JsonSerializer.Deserialize<JsonElement>(run.Error);
        line.GetProperty("error").GetProperty("code").GetString().ShouldBe("internal");
        line.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("\n   at Surety.Tests");
    }

    [Fact]
    public void Progress_is_a_line_with_every_figure()
    {
        var console = new RecordingConsole { ErrorIsTerminal = true };
        var now = new ProgressSnapshot(new("reading rows", 70, 900), 12, 34, 56, TimeSpan.FromSeconds(1.23456), null);

        new CommandOutput(console, Attached).Report(now);

        console.ErrorText.ShouldBe(
            """
            {"progress":{"phase":"reading rows","tables":12,"totalTables":70,"rows":34,"bytes":56,"totalBytes":900,"elapsedSeconds":1.235,"note":null}}

            """
        );
    }

    [Fact]
    public async Task Progress_comes_while_the_operation_runs_and_redraws_nothing()
    {
        var console = new RecordingConsole { ErrorIsTerminal = true };
        var output = new CommandOutput(console, Attached);
        var progress = new OperationProgress();

        await using (ProgressDisplay.Start(progress, output, TimeProvider.System))
        {
            progress.Begin("reading rows", 70);
            await Surety.Testing.Eventually.Is(() => console.ErrorText.EndsWith('\n'));
        }

        output.LiveTerminal.ShouldBeNull();
        console.ErrorText.ShouldStartWith("""{"progress":{"phase":"reading rows","tables":0,"totalTables":70,""");
    }

    [Fact]
    public async Task Nobody_is_asked_although_somebody_is_there()
    {
        var run = await CommandLineRun.OfAsync(
            context =>
            {
                context.Output.CanAsk.ShouldBeFalse();
                return Task.FromResult(CommandLineRun.Greeting);
            },
            ["work", "--attached"],
            typed: "yes"
        );

        run.ExitCode.ShouldBe(0, run.Error);
    }

    [Fact]
    public async Task The_end_of_the_input_cancels_as_ctrl_c_does()
    {
        var console = new RecordingConsole();

        var run = await CommandLineRun.OfAsync(
            async context =>
            {
                console.InputEnd.SetResult();
                await Task.Delay(Timeout.Infinite, context.Cancellation);
                return CommandLineRun.Greeting;
            },
            ["work", "--attached"],
            console: console
        );

        run.ExitCode.ShouldBe(130);
        run.Error.ShouldBe(
            """
            {"message":"the standard input has ended: cancelling and cleaning up"}
            {"error":{"code":"cancelled","message":"cancelled; nothing was changed","hint":null}}

            """
        );
    }

    [Fact]
    public void A_clean_up_that_hangs_is_ended_since_nobody_can()
    {
        var (console, interrupts, clock) = (new RecordingConsole(), new ManualInterrupts(), new ManualTimeProvider());
        var letGo = 0;
        using (new Leash(console, clock, () => letGo++, interrupts.EndProcess))
        {
            clock.Advance(Leash.Patience * 2);
            interrupts.Ended.ShouldBeFalse("somebody holds it");
            console.InputEnd.SetResult();

            clock.Advance(Leash.Patience - TimeSpan.FromSeconds(1));
            (letGo, interrupts.Ended).ShouldBe((1, false));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        interrupts.Ended.ShouldBeTrue();
    }

    [Fact]
    public void A_clean_up_that_ends_in_time_ends_by_itself()
    {
        var (console, interrupts, clock) = (new RecordingConsole(), new ManualInterrupts(), new ManualTimeProvider());
        using (new Leash(console, clock, () => { }, interrupts.EndProcess))
        {
            console.InputEnd.SetResult();
        }

        clock.Advance(Leash.Patience * 2);

        interrupts.Ended.ShouldBeFalse();
    }

    [Fact]
    public async Task Without_the_flag_the_end_of_the_input_means_nothing()
    {
        var console = new RecordingConsole();
        console.InputEnd.SetResult();

        var run = await CommandLineRun.OfAsync(
            _ => Task.FromResult(CommandLineRun.Greeting),
            ["work"],
            console: console
        );

        run.ShouldBe(new CommandLineRun(0, "hello\n", ""));
    }

    [Theory]
    [InlineData("check", "-")]
    [InlineData("guard", "--", "true")]
    public async Task A_command_that_needs_the_input_is_refused(params string[] command)
    {
        var run = await CommandLineRun.InAsync(Path.GetTempPath(), ["--attached", .. command]);

        run.ExitCode.ShouldBe(command[0] == "guard" ? 125 : 2);
        run.Error.ShouldStartWith("""{"error":{"code":"invalid-argument","message":"this command needs the""");
    }
}
