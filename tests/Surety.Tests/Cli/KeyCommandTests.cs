using System.Text.Json;
using Surety.Testing.Files;

namespace Surety.Tests.Cli;

public sealed class KeyCommandTests : IDisposable
{
    private const string First = "correct horse battery staple";
    private const string Second = "another one";

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string?> environment = new() { ["SURETY_REPOSITORY"] = "backups" };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_key_file_opens_what_it_was_made_with_and_nothing_else_does()
    {
        var made = await Run("init", "--encrypt", "--new-key-file", "my.key");
        made.ExitCode.ShouldBe(0, made.Error);
        made.Out.ShouldBe($"made an encrypted repository in {folder.Combine("backups")}\n");
        made.Error.ShouldContain("gone for ever");

        (await Run("list")).ExitCode.ShouldBe(12);
        environment["SURETY_KEY_FILE"] = "my.key";
        (await Run("list")).ShouldBe(new CommandLineRun(0, "no backups\n", ""));
        (await Run("init", "--encrypt", "--repo", "other", "--new-key-file", "my.key")).ExitCode.ShouldBe(12);
        File.Exists(folder.Combine("other/surety.json")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("list")]
    [InlineData("show", "latest")]
    [InlineData("verify")]
    [InlineData("validate", "latest")]
    [InlineData("diff", "latest")]
    [InlineData("restore", "latest", "--into", "copy")]
    [InlineData("restore", "latest", "--table", "t")]
    [InlineData("rollback", "latest")]
    [InlineData("drill")]
    [InlineData("journal")]
    [InlineData("key", "list")]
    [InlineData("key", "add", "--new-key-file", "new.key")]
    [InlineData("key", "change", "--new-key-file", "new.key")]
    [InlineData("key", "remove", "00", "--yes")]
    public async Task With_a_wrong_key_every_command_ends_with_12_and_says_no_secret(params string[] command)
    {
        (await Run("init", "--encrypt", "--new-key-file", "my.key")).ExitCode.ShouldBe(0);
        environment["SURETY_PASSPHRASE"] = First;

        var run = await Run([.. command, "--json", "--verbose"]);

        run.ExitCode.ShouldBe(12, run.Error);
        JsonDocument
            .Parse(run.Out)
            .RootElement.GetProperty("error")
            .GetProperty("code")
            .GetString()
            .ShouldBe("wrong-key");
        $"{run.Out}{run.Error}".ShouldNotContain(First);
        File.Exists(folder.Combine("new.key")).ShouldBeFalse();
    }

    [Fact]
    public async Task Guard_starts_nothing_with_a_wrong_key()
    {
        (await Run("init", "--encrypt", "--new-key-file", "my.key")).ExitCode.ShouldBe(0);

        (await Run("guard", "--", "touch", "started")).ExitCode.ShouldBe(125);

        File.Exists(folder.Combine("started")).ShouldBeFalse();
    }

    [Fact]
    public async Task Keys_are_added_listed_changed_and_removed()
    {
        environment["SURETY_PASSPHRASE"] = First;
        (await Run("init", "--encrypt", "--label", "office")).ExitCode.ShouldBe(0);
        environment["SURETY_NEW_PASSPHRASE"] = Second;
        var added = await Json("key", "add", "--label", "laptop");
        var keys = (await Json("key", "list")).GetProperty("keys").EnumerateArray().ToList();
        keys.Select(key => key.GetProperty("label").GetString()).ShouldBe(["office", "laptop"]);
        keys[0].GetProperty("current").GetBoolean().ShouldBeTrue();

        environment["SURETY_PASSPHRASE"] = Second;
        var changed = await Json("key", "change", "--new-key-file", "my.key");
        changed.GetProperty("removed").GetString().ShouldBe(added.GetProperty("added").GetProperty("id").GetString());
        (await Run("list")).ExitCode.ShouldBe(12);

        environment.Remove("SURETY_PASSPHRASE");
        environment["SURETY_KEY_FILE"] = "my.key";
        var removed = await Run("key", "remove", keys[0].GetProperty("id").GetString()![..10]);
        removed.ExitCode.ShouldBe(0, removed.Error);
        removed.Error.ShouldContain("can still decrypt");
        var journal = await Run("journal");
        new[] { "key add", "key change", "key remove" }.ShouldAllBe(operation => journal.Out.Contains(operation));
        $"{journal.Out}{removed}".ShouldNotContain(Second);
    }

    [Fact]
    public async Task The_key_in_use_is_removed_only_when_told_and_the_last_one_never()
    {
        environment["SURETY_PASSPHRASE"] = First;
        (await Run("init", "--encrypt")).ExitCode.ShouldBe(0);
        var mine = (await Json("key", "list")).GetProperty("keys")[0].GetProperty("id").GetString()!;

        (await Run("key", "remove", mine)).Error.ShouldStartWith("ERROR [confirmation-needed]");
        (await Run("key", "remove", mine, "--yes")).Error.ShouldStartWith("ERROR [last-key]");
        (await Run("key", "remove", "zz")).Error.ShouldStartWith("ERROR [key-not-found]");

        environment["SURETY_NEW_PASSPHRASE"] = Second;
        (await Run("key", "add")).ExitCode.ShouldBe(0);
        (await Run("key", "remove", mine, "--yes")).ExitCode.ShouldBe(0);
        (await Run("list")).ExitCode.ShouldBe(12);
    }

    [Fact]
    public async Task Somebody_at_the_terminal_is_asked()
    {
        (await RunTyping(First, "init", "--encrypt")).ExitCode.ShouldBe(0);

        var list = await RunTyping(First, "list");
        list.ShouldBe(new CommandLineRun(0, "no backups\n", $"passphrase of {folder.Combine("backups")}: \n"));
        (await RunTyping(Second, "list")).ExitCode.ShouldBe(12);
    }

    [Fact]
    public async Task A_repository_whose_section_names_a_key_has_to_be_encrypted()
    {
        Configure("passphrase: ${THE_PASSPHRASE}");
        environment["THE_PASSPHRASE"] = First;
        (await Run("init")).Error.ShouldStartWith("ERROR [invalid-configuration]");
        (await Run("init", "--repo", "./backups")).ExitCode.ShouldBe(0);

        var swapped = await Run("list");

        swapped.ExitCode.ShouldBe(12);
        swapped.Error.ShouldStartWith("ERROR [repository-not-encrypted]");
        (await Run("key", "list", "--repo", "./backups")).Error.ShouldStartWith("ERROR [repository-not-encrypted]");
    }

    [Fact]
    public async Task The_key_of_a_section_is_stronger_than_that_of_the_environment()
    {
        Configure("key_file: my.key");
        (await Run("init", "--encrypt", "--new-key-file", "my.key")).ExitCode.ShouldBe(0);
        environment["SURETY_PASSPHRASE"] = "of another repository";

        (await Run("list")).ShouldBe(new CommandLineRun(0, "no backups\n", ""));
    }

    [Fact]
    public async Task A_key_in_the_environment_of_a_plain_repository_is_told()
    {
        (await Run("init")).ExitCode.ShouldBe(0);
        environment["SURETY_PASSPHRASE"] = First;

        var run = await Run("list");

        run.ExitCode.ShouldBe(0);
        run.Error.ShouldStartWith("WARNING: SURETY_PASSPHRASE is set, and ");
        run.Error.ShouldNotContain(First);
    }

    [Theory]
    [InlineData("passphrase: hunter2hunter2", "surety.yaml:4: repositories.main.passphrase is written into the file")]
    [InlineData(
        "passphrase_file: a\n    key_file: b",
        "surety.yaml:3: repositories.main has passphrase_file and key_file"
    )]
    public async Task A_section_that_gives_a_passphrase_away_or_two_keys_is_refused(string key, string fact)
    {
        Configure(key);

        var run = await Run("list");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith($"ERROR [invalid-configuration]: {fact}");
        run.Error.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Two_keys_in_the_environment_are_refused()
    {
        environment["SURETY_PASSPHRASE"] = First;
        environment["SURETY_KEY_FILE"] = "my.key";

        (await Run("init", "--encrypt")).ExitCode.ShouldBe(2);
    }

    private void Configure(string key)
    {
        using (var file = new StreamWriter(folder.Combine("surety.yaml")))
        {
            file.Write($"repositories:\n  main:\n    path: backups\n    {key}\n");
        }

        environment.Remove("SURETY_REPOSITORY");
    }

    private async Task<JsonElement> Json(params string[] arguments)
    {
        var run = await Run([.. arguments, "--json"]);
        run.ExitCode.ShouldBe(0, run.Error);
        return JsonDocument.Parse(run.Out).RootElement;
    }

    private Task<CommandLineRun> Run(params string[] arguments) =>
        CommandLineRun.InAsync(folder.Path, environment, null, arguments);

    private Task<CommandLineRun> RunTyping(string typed, params string[] arguments) =>
        CommandLineRun.InAsync(folder.Path, environment, typed, arguments);
}
