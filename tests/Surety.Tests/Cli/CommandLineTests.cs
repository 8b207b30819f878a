namespace Surety.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public async Task The_result_goes_to_stdout_as_text()
    {
        var run = await CommandLineRun.OfAsync("work");

        run.ShouldBe(new CommandLineRun(0, "hello\n", ""));
    }

    [Theory]
    [InlineData("work", "--json")]
    [InlineData("--json", "work")]
    public async Task With_json_the_result_is_one_document(params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(arguments);

        run.ShouldBe(new CommandLineRun(0, "{\n  \"version\": \"hello\"\n}\n", ""));
    }

    [Fact]
    public async Task Remarks_for_people_go_to_stderr_and_quiet_silences_them_only()
    {
        static Task<CommandLineRun> Run(params string[] arguments) =>
            CommandLineRun.OfAsync(
                context =>
                {
                    context.Output.Say("a remark");
                    return Task.FromResult(CommandLineRun.Greeting);
                },
                arguments
            );

        (await Run("work")).ShouldBe(new CommandLineRun(0, "hello\n", "a remark\n"));
        (await Run("work", "--quiet")).ShouldBe(new CommandLineRun(0, "hello\n", ""));
    }

    [Fact]
    public async Task The_version_is_shown_as_text_and_as_json()
    {
        (await CommandLineRun.OfAsync("--version")).ShouldBe(new CommandLineRun(0, "surety 0.1.0\n", ""));
        (await CommandLineRun.OfAsync("--version", "--json")).ShouldBe(
            new CommandLineRun(0, "{\n  \"version\": \"0.1.0\"\n}\n", "")
        );
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("work", "--help")]
    public async Task Help_goes_to_stdout_and_shows_the_global_options(params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(arguments);

        run.ExitCode.ShouldBe(0);
        run.Error.ShouldBe("");
        run.Out.ShouldContain("surety");
        foreach (
            var option in new[]
            {
                "--db",
                "--repo",
                "--config",
                "--json",
                "--quiet",
                "--verbose",
                "--no-color",
                "--timeout",
            }
        )
        {
            run.Out.ShouldContain($"  {option} ");
        }
    }

    [Theory]
    [InlineData("wrok", "unknown command 'wrok'", "did you mean 'work'? 'surety --help' shows what there is")]
    [InlineData("nothing-like-it", "unknown command 'nothing-like-it'", "'surety --help' shows what there is")]
    [InlineData(
        "work --jbos=4",
        "unknown option '--jbos'",
        "did you mean '--jobs'? 'surety work --help' shows what there is"
    )]
    [InlineData(
        "work --jsno",
        "unknown option '--jsno'",
        "did you mean '--json'? 'surety work --help' shows what there is"
    )]
    [InlineData("work more", "unknown argument 'more'", "'surety work --help' shows what there is")]
    [InlineData("work @file", "unknown argument '@file'", "'surety work --help' shows what there is")]
    [InlineData(
        "work postgres://ann:secret@host/shop",
        "unknown argument 'postgres://ann:***@host/shop'",
        "'surety work --help' shows what there is"
    )]
    [InlineData(
        "work --jobs many",
        "cannot parse argument 'many' for option '--jobs' as expected type 'System.Int32'",
        "'surety work --help' shows what it takes"
    )]
    [InlineData(
        "work --timeout soon",
        "'soon' is not a duration for --timeout: write 90s, 30m, 2h or 0, at most 30d",
        "'surety work --help' shows what it takes"
    )]
    [InlineData(
        "work --timeout 31d",
        "'31d' is not a duration for --timeout: write 90s, 30m, 2h or 0, at most 30d",
        "'surety work --help' shows what it takes"
    )]
    [InlineData("", "no command was given", "'surety --help' lists the commands")]
    [InlineData("--quiet", "no command was given", "'surety --help' lists the commands")]
    public async Task A_wrong_command_line_ends_with_2_and_a_hint(string line, string fact, string hint)
    {
        var run = await CommandLineRun.OfAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        run.ShouldBe(new CommandLineRun(2, "", $"ERROR [invalid-argument]: {fact}; nothing was done\nHINT: {hint}\n"));
    }

    [Theory]
    [InlineData("--json", "wrok")]
    [InlineData("wrok", "--json")]
    public async Task With_json_a_wrong_command_line_is_a_document_too(params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(arguments);

        run.ExitCode.ShouldBe(2);
        run.Out.ShouldBe(
            """
            {
              "error": {
                "code": "invalid-argument",
                "message": "unknown command 'wrok'; nothing was done",
                "hint": "did you mean 'work'? 'surety --help' shows what there is"
              }
            }

            """
        );
    }
}
