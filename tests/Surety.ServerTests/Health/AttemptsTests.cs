using Surety.Core.Configuration.Serving;
using Surety.Repository;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Storage.Local;
using Surety.Server.Health;
using Surety.Server.Runs;
using Surety.Server.Served;
using Surety.ServerTests.Runs;
using Surety.Testing.Files;

namespace Surety.ServerTests.Health;

/// <summary>How operations went, by what the journal and the runs have of them.</summary>
public sealed class AttemptsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly List<JournalRecord> records = [];
    private readonly List<Run> runs = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_last_one_counts_however_long_ago_it_was_and_the_rate_is_of_thirty_days()
    {
        Record("drill", daysAgo: 50);
        Record("drill", daysAgo: 45, error: "restore-failed");
        Record("drill", daysAgo: 40, error: "restore-failed");
        Record("backup", daysAgo: 60);
        Record("backup", daysAgo: 40);
        Record("backup", daysAgo: 29, error: "disk-full");
        Record("backup", daysAgo: 1);

        var health = await JudgeAsync();

        health.Drills.Last!.Error!.Code.ShouldBe("restore-failed");
        health.Drills.FailuresInRow.ShouldBe(2);
        health.Drills.LastSuccess!.StartedAt.ShouldBe(Now.AddDays(-50));
        health.Drills.Rate.Ratio.ShouldBeNull();
        health.Success.ShouldBe(new SuccessRate(1, 1));
        health.Backups.All.Count.ShouldBe(3, "no more than can still say something");
    }

    [Fact]
    public async Task A_run_counts_where_the_journal_has_no_record_of_it_and_once_where_it_has()
    {
        Record("backup", daysAgo: 3, error: "disk-full");
        Run("backup", daysAgo: 3, RunState.Failed);
        Run("backup", daysAgo: 2, RunState.Interrupted);
        Run("backup", daysAgo: 1, RunState.Cancelled);
        Run("drill", daysAgo: 40, RunState.Failed);

        var health = await JudgeAsync();

        health.Success.ShouldBe(new SuccessRate(0, 2));
        health.Backups.Last!.Error!.Code.ShouldBe("interrupted");
        health.Drills.Last!.Error.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_verification_that_found_damage_was_carried_out_and_one_of_all_backups_is_one_of_each_database()
    {
        Record("verify", daysAgo: 5, error: "repository-unreachable");
        (await JudgeAsync()).Verifications.Last!.Error!.Code.ShouldBe("repository-unreachable");

        Record("verify", daysAgo: 4, outcome: JournalRecord.Failed);
        (await JudgeAsync()).Verifications.Last!.Error.ShouldBeNull();

        Run("verify", daysAgo: 3, RunState.Failed);
        (await JudgeAsync()).Verifications.Last!.Error.ShouldNotBeNull();

        Record("verify", daysAgo: 2, database: null);
        (await JudgeAsync()).Verifications.Last!.Error.ShouldBeNull();
        Record("verify", daysAgo: 1, database: "other", error: "repository-unreachable");
        (await JudgeAsync()).Verifications.Last!.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_plan_is_no_prune()
    {
        Run("prune", daysAgo: 3, RunState.Failed, "--yes", "--database", "shop");
        Run("prune", daysAgo: 2, RunState.Done, "--database", "shop", "--dry-run");
        (await JudgeAsync()).Prunes.Last!.Error.ShouldNotBeNull();

        Run("prune", daysAgo: 1, RunState.Done, "--yes", "--database", "shop");
        (await JudgeAsync()).Prunes.Last!.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_copy_is_told_from_one_to_another_repository()
    {
        Record("copy", daysAgo: 3, error: "repository-not-found", command: "surety copy latest --to far --db shop");
        Run("copy", daysAgo: 2, RunState.Failed, "latest", "--to", "off");
        Record("copy", daysAgo: 1, command: "surety copy latest --to offsite --db shop");

        var health = await JudgeAsync("far", "off", "offsite", "new");

        health.Copies.Last!.Error.ShouldBeNull();
        health.CopiesTo["far"].Last!.Error!.Code.ShouldBe("repository-not-found");
        health.CopiesTo["off"].Last!.Error.ShouldNotBeNull();
        health.CopiesTo["offsite"].Last!.Error.ShouldBeNull();
        health.CopiesTo["new"].Last.ShouldBeNull();
    }

    [Fact]
    public async Task A_backup_of_some_schemas_is_neither_a_failure_nor_a_success_of_the_database()
    {
        Record("backup", daysAgo: 5, error: "disk-full");
        Record("backup", daysAgo: 3);
        records[^1] = records[^1] with { Scope = new BackupScope(["sales"], []) };
        var before = await JudgeAsync();
        Record("backup", daysAgo: 1, error: "connection-lost");
        records[^1] = records[^1] with { Scope = new BackupScope([], ["drafts"]) };

        var health = await JudgeAsync();

        before.Backups.Last!.Error!.Code.ShouldBe("disk-full");
        health.Backups.Last!.Error!.Code.ShouldBe("disk-full");
        health.Success.ShouldBe(new SuccessRate(0, 1));
    }

    private void Record(
        string operation,
        int daysAgo,
        string? error = null,
        string? outcome = null,
        string? database = "shop",
        string? command = null
    ) =>
        records.Add(
            new JournalRecord
            {
                Operation = operation,
                Backup = null,
                Database = database,
                StartedAt = Now.AddDays(-daysAgo),
                FinishedAt = Now.AddDays(-daysAgo).AddMinutes(1),
                Host = "here",
                Outcome = outcome ?? (error is null ? JournalRecord.Done : JournalRecord.Failed),
                Error = error,
                Command = command,
            }
        );

    /// <summary>It began a second before its record did.</summary>
    private void Run(string operation, int daysAgo, RunState state, params string[] arguments)
    {
        var left = StoppedServer.Left(operation, attempt: 1);
        runs.Add(
            left with
            {
                Request = left.Request with { Arguments = arguments },
                State = state,
                QueuedAt = Now.AddDays(-daysAgo).AddSeconds(-1),
                StartedAt = Now.AddDays(-daysAgo).AddSeconds(-1),
                FinishedAt = Now.AddDays(-daysAgo).AddMinutes(2),
            }
        );
    }

    private async Task<DatabaseHealth> JudgeAsync(params string[] copyTo)
    {
        using var store = LocalBlobStore.Create(folder.Combine($"{Guid.NewGuid()}"), TimeProvider.System);
        using var empty = await BackupRepository.InitAsync(store, TimeProvider.System, CancellationToken.None);
        var view = new RepositoryView(
            "main",
            store.Location,
            await empty.Manifests.ListAsync(CancellationToken.None),
            await empty.Marks.ListAsync(CancellationToken.None),
            new JournalList([.. records.OrderBy(record => record.StartedAt)], []),
            Now
        );
        return DatabaseJudgement.Of(
            new DatabaseFacts("shop", "shop", view, new TargetSection(null, null), copyTo, runs, Now)
        );
    }
}
