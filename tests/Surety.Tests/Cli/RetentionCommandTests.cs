using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Storage.Local;

namespace Surety.Tests.Cli;

/// <summary>Pinning, forgetting and pruning as people and scripts do it.</summary>
public sealed class RetentionCommandTests : IAsyncLifetime
{
    private const string Old = "20261118T171449Z-k3f9";
    private const string Middle = "20261119T171449Z-k3f9";
    private const string Newest = "20261120T171449Z-k3f9";
    private readonly string folder = Directory.CreateTempSubdirectory("surety-cli-").FullName;

    public async Task InitializeAsync()
    {
        using var store = LocalBlobStore.Create(Path.Join(folder, "backups"), TimeProvider.System);
        var repository = await BackupRepository.InitAsync(store, TimeProvider.System, default);
        foreach (var id in new[] { Old, Middle, Newest })
        {
            BackupId.TryParse(id, out var backup).ShouldBeTrue();
            await Manifests.SampleBackup.CommitAsync(
                repository,
                backup,
                [
                    [(byte)id[7]],
                ]
            );
        }
    }

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_dry_run_says_why_of_each_backup_and_changes_nothing()
    {
        var before = Files();

        var run = await Run("prune", "--keep-last", "1", "--dry-run");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Out.ShouldContain($"{Newest}  2026-11-20 17:14:49Z  shop      keep    newest, last\n");
        run.Out.ShouldContain($"{Old}  2026-11-18 17:14:49Z  shop      FORGET  no rule keeps it\n");
        run.Out.ShouldContain("forgets 2 backups: for 7d they can be brought back by surety unforget ID\n");
        Files().ShouldBe(before);
        var json = await Run("prune", "--keep-last", "1", "--grace", "0", "--dry-run", "--json");
        json.Out.ShouldContain($"\"id\": \"{Old}\"");
        json.Out.ShouldContain("\"deletedObjects\": 4");
    }

    [Fact]
    public async Task Nothing_is_forgotten_without_yes_where_nobody_can_be_asked()
    {
        var run = await Run("prune", "--keep-last", "1");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldContain("this would forget 2 backups and remove 0 for good; nothing was changed");
        (await Run("list", "--json")).Out.ShouldContain(Old);
    }

    [Fact]
    public async Task What_a_prune_forgot_is_listed_comes_back_and_goes_for_good_when_nobody_wants_it()
    {
        (await Run("prune", "--keep-last", "1", "--yes")).ExitCode.ShouldBe(0);
        (await Run("list")).Out.ShouldContain("\n2 forgotten backups can be brought back: surety list --forgotten\n");
        (await Run("list", "--forgotten")).Out.ShouldContain(Old);

        (await Run("unforget", Old)).Out.ShouldBe($"backup {Old} of shop is back\n");
        (await Run("prune", "--grace", "0", "--yes")).ExitCode.ShouldBe(0);

        var list = await Run("list", "--json");
        list.Out.ShouldContain(Old);
        list.Out.ShouldNotContain(Middle);
        (await Run("verify", "--all")).ExitCode.ShouldBe(0);
        (await Run("unforget", Middle)).Error.ShouldContain("there is no backup");
    }

    [Fact]
    public async Task A_pinned_backup_stays_until_it_is_unpinned()
    {
        (await Run("pin", Old, "--reason", "before the move")).ExitCode.ShouldBe(0);
        (await Run("list")).Out.ShouldContain("pinned");
        var refused = await Run("forget", Old, "--yes");
        refused.ExitCode.ShouldBe(4);
        refused.Error.ShouldContain("it is pinned: before the move; nothing was changed");
        (await Run("prune", "--keep-last", "1", "--dry-run")).Out.ShouldContain("keep    pinned\n");

        (await Run("unpin", Old)).ExitCode.ShouldBe(0);
        (await Run("forget", Old, "--yes")).ExitCode.ShouldBe(0);
        (await Run("forget", "latest", "--yes")).ExitCode.ShouldBe(4);
    }

    [Fact]
    public async Task The_rules_of_the_file_hold_where_the_command_line_has_none()
    {
        await File.WriteAllTextAsync(
            Path.Join(folder, "surety.yaml"),
            """
            retention: { keep-last: 1 }
            databases:
              web:
                url: postgres://localhost/shop
                retention:
                  keep-daily: 2
                  keep-tag: [release=yes, ticket=7]
            """
        );

        (await Run("prune", "--dry-run")).Out.ShouldContain("keep    daily 2026-11-19\n");
        (await Run("prune", "--keep-last", "3", "--dry-run")).Out.ShouldContain("forgets 0 backups\n");
        (await Run("prune", "--database", "blog", "--dry-run")).Out.ShouldContain("forgets 0 backups\n");
    }

    [Fact]
    public async Task A_prune_of_one_database_lists_none_of_another_and_counts_what_goes_with_it()
    {
        (await Run("forget", Old, "--yes")).ExitCode.ShouldBe(0);
        var waiting = await Run("prune", "--database", "blog", "--dry-run", "--json");
        var gone = await Run("prune", "--database", "blog", "--grace", "0", "--dry-run", "--json");
        var text = await Run("prune", "--database", "blog", "--grace", "0", "--dry-run");
        var own = await Run("prune", "--database", "shop", "--grace", "0", "--dry-run", "--json");

        foreach (var run in new[] { waiting, gone, text })
        {
            run.ExitCode.ShouldBe(0, run.Error);
            run.Out.ShouldNotContain(Old);
            run.Out.ShouldNotContain(Newest);
            run.Out.ShouldNotContain("shop");
        }

        waiting.Out.ShouldContain("\"othersRemoved\": 0");
        gone.Out.ShouldContain("\"othersRemoved\": 1");
        gone.Out.ShouldContain("\"database\": \"blog\"");
        text.Out.ShouldContain("removes 0 forgotten backups for good, and 1 not of blog\n");
        own.Out.ShouldContain("\"othersRemoved\": 0");
        own.Out.ShouldContain(Old);
    }

    [Theory]
    [InlineData("retention: { keep-last: 0 }", "retention.keep-last has to be a number from 1")]
    [InlineData("retention: { keep-within: soon }", "retention.keep-within has to be a duration")]
    [InlineData("retention: { keep-tag: release }", "retention.keep-tag has to be a tag")]
    [InlineData("retention: { keep-dayly: 7 }", "unknown key 'retention.keep-dayly'")]
    public async Task A_slip_in_the_rules_of_the_file_is_refused(string text, string fact)
    {
        await File.WriteAllTextAsync(Path.Join(folder, "surety.yaml"), text);

        var run = await Run("prune", "--dry-run");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain($"surety.yaml:1: {fact}; nothing was done");
    }

    [Theory]
    [InlineData("prune --keep-last 0", "--keep-last takes a number from 1")]
    [InlineData("prune --keep-within 3", "--keep-within takes a duration: 30d or 36h")]
    [InlineData("prune --keep-tag x", "'x' is not a tag: write it as key=value")]
    public async Task A_slip_in_the_rules_of_the_command_line_is_refused(string line, string fact)
    {
        var run = await Run(line.Split(' '));

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(fact);
    }

    [Fact]
    public async Task A_backup_that_is_being_made_keeps_a_prune_out()
    {
        using var store = LocalBlobStore.Open(Path.Join(folder, "backups"), TimeProvider.System);
        var repository = await BackupRepository.OpenAsync(store, TimeProvider.System, default);
        await using var lease = await repository.Locks.AcquireSharedAsync("backup", default);
        var before = Files();

        var run = await Run("prune", "--keep-last", "1", "--yes");

        run.ExitCode.ShouldBe(11);
        Files().Where(name => !name.Contains("journal")).ShouldBe(before.Where(name => !name.Contains("journal")));
    }

    private string[] Files() => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order()];

    private Task<CommandLineRun> Run(params string[] arguments) =>
        CommandLineRun.InAsync(folder, [.. arguments, "--repo", "./backups"]);
}
