using System.Text.Json;
using Surety.Repository;
using Surety.Repository.Journal;
using Surety.Repository.Storage.Local;
using Surety.Tests.Journal;

namespace Surety.Tests.Cli;

public sealed class JournalCommandTests : IDisposable
{
    private static readonly JournalRecord Backup = OperationJournalTests.Sample;
    private static readonly JournalRecord Guard = OperationJournalTests.Full with
    {
        Outcome = JournalRecord.Failed,
        StartedAt = Backup.StartedAt.AddHours(1),
        FinishedAt = Backup.StartedAt.AddHours(1).AddSeconds(2),
        RequestedBy = "token ci",
        Error = null,
        Message = null,
    };
    private static readonly JournalRecord Restore = Backup with
    {
        Operation = "restore",
        Database = "copy",
        Outcome = JournalRecord.Failed,
        Error = "disk-full",
        Message = "no space is left",
        StartedAt = Backup.StartedAt.AddHours(2),
        FinishedAt = Backup.StartedAt.AddHours(2),
    };

    private readonly string folder = Directory.CreateTempSubdirectory("surety-cli-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Backups => Path.Join(folder, "backups");

    [Fact]
    public async Task Records_are_shown_newest_first_with_what_they_say()
    {
        await WriteAsync(Backup, Guard, Restore);

        var run = await Run();

        run.ShouldBe(
            new CommandLineRun(
                0,
                """
                STARTED               OPERATION  DATABASE  BACKUP                 OUTCOME   TOOK  BY
                2026-11-20 19:14:49Z  restore    copy      20261120T171401Z-k3f9  failed   0.0 s  host
                    error    [disk-full] no space is left
                2026-11-20 18:14:49Z  guard      shop      20261120T171401Z-k3f9  failed   2.0 s  ann@host
                    command  surety guard -- psql -f change.sql
                    ran      psql -f change.sql (exit code 3)
                    asked by token ci
                    safety   20261120T171402Z-k3f9
                    figures  interruptionSeconds 0.25, rows 5,000,000,000
                    undo     not possible: backup 20261120T171401Z-k3f9 is gone
                2026-11-20 17:14:49Z  backup     shop      20261120T171401Z-k3f9  done     1.5 s  host

                """,
                ""
            )
        );
    }

    [Fact]
    public async Task The_command_that_takes_a_guarded_run_back_is_shown()
    {
        await WriteAsync(Guard);
        var name = Path.Join(Backups, "backups", $"{Guard.Backup}.json");
        Directory.CreateDirectory(Path.GetDirectoryName(name)!);
        File.WriteAllText(name, "only whether it is there counts here");

        (await Run()).Out.ShouldEndWith($"    undo     surety rollback {Guard.Backup}\n");
        var json = JsonSerializer.Deserialize<JsonElement>((await Run("--json")).Out).GetProperty("records")[0];
        json.GetProperty("recovery").GetString().ShouldBe($"surety rollback {Guard.Backup}");
        json.GetProperty("guarded").GetProperty("exitCode").GetInt32().ShouldBe(3);
        json.GetProperty("requestedBy").GetString().ShouldBe("token ci");
        json.GetProperty("durationSeconds").GetDouble().ShouldBe(2);
    }

    [Theory]
    [InlineData("", "restore guard backup")]
    [InlineData("--operation guard", "guard")]
    [InlineData("--database copy", "restore")]
    [InlineData("--backup 20261120T171402Z-k3f9", "guard")]
    [InlineData("--backup 20261120T1714", "restore guard backup")]
    [InlineData("--backup 2026-none", "")]
    [InlineData("--failed", "restore guard")]
    [InlineData("--failed --last 1", "restore")]
    [InlineData("--last 2", "restore guard")]
    [InlineData("--since 2026-11-20T18:14:49Z", "restore guard")]
    [InlineData("--since 2026-11-21", "")]
    [InlineData("--since 36500d", "restore guard backup")]
    public async Task Records_are_chosen(string options, string expected)
    {
        await WriteAsync(Backup, Guard, Restore);

        var run = await Run([.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--json"]);

        var records = JsonSerializer.Deserialize<JsonElement>(run.Out).GetProperty("records").EnumerateArray();
        string.Join(' ', records.Select(record => record.GetProperty("operation").GetString())).ShouldBe(expected);
    }

    [Theory]
    [InlineData("--last 0", "--last takes a number from 1")]
    [InlineData(
        "--since yesterday",
        "'yesterday' is no time for --since: write 90d, 2026-11-20, or 2026-11-20T17:14:49Z"
    )]
    public async Task A_wrong_choice_is_refused(string options, string fact)
    {
        var run = await Run(options.Split(' '));

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith($"ERROR [invalid-argument]: {fact}; nothing was done\n");
    }

    [Fact]
    public async Task A_damaged_record_is_named_and_the_exit_code_is_3()
    {
        await WriteAsync(Backup);
        var name = Path.Join(Backups, "journal", "2026", "11", "20261121T000000Z-0000.json");
        File.WriteAllText(name, "torn");

        var run = await Run();

        run.ExitCode.ShouldBe(3);
        run.Out.ShouldContain("  backup  ");
        run.Out.ShouldContain("\nDAMAGED: 1 record cannot be read\n  journal/2026/11/20261121T000000Z-0000.json: ");
    }

    [Fact]
    public async Task A_command_that_fails_is_recorded_with_its_error_and_without_its_secrets()
    {
        await WriteAsync();
        string[] restore = ["restore", "nothing", "--into", "postgres://ann:secret@db/x", "--repo", "backups"];

        var failed = await CommandLineRun.InAsync(folder, restore);
        var misused = await CommandLineRun.InAsync(folder, "restore", "nothing", "--repo", "backups");

        (failed.ExitCode, misused.ExitCode).ShouldBe((1, 2));
        var record = (await ReadAsync()).ShouldHaveSingleItem();
        (record.Operation, record.Outcome, record.Error).ShouldBe(("restore", "failed", "backup-not-found"));
        record.Message!.ShouldStartWith("there is no backup nothing in ");
        record.Command.ShouldBe("surety restore nothing --into 'postgres://ann:***@db/x' --repo backups");
        (record.User, record.Host).ShouldBe((Environment.UserName, Environment.MachineName));
    }

    [Fact]
    public async Task What_was_done_stands_where_it_cannot_be_recorded_and_people_are_told()
    {
        await WriteAsync();
        File.WriteAllText(Path.Join(Backups, "journal"), "no folder can be made here");

        var run = await CommandLineRun.InAsync(folder, "verify", "--repo", "backups", "--quiet");

        run.ExitCode.ShouldBe(0);
        run.Out.ShouldEndWith("everything is as it was written\n");
        run.Error.ShouldStartWith("WARNING: the journal has no record of this verify: ");
    }

    private Task<CommandLineRun> Run(params string[] options) =>
        CommandLineRun.InAsync(folder, ["journal", "--repo", "backups", .. options]);

    private Task<int> WriteAsync(params JournalRecord[] records) =>
        UseAsync(async repository =>
        {
            foreach (var record in records)
            {
                await repository.Journal.AppendAsync(record, default);
            }

            return records.Length;
        });

    private Task<IReadOnlyList<JournalRecord>> ReadAsync() =>
        UseAsync(async repository => (await repository.Journal.ReadAllAsync(default)).Records);

    private async Task<T> UseAsync<T>(Func<BackupRepository, Task<T>> work)
    {
        using var store = LocalBlobStore.Create(Backups, TimeProvider.System);
        return await work(
            File.Exists(Path.Join(Backups, "surety.json"))
                ? await BackupRepository.OpenAsync(store, TimeProvider.System, default)
                : await BackupRepository.InitAsync(store, TimeProvider.System, default)
        );
    }
}
