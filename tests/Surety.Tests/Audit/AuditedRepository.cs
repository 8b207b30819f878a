using Surety.Core.Audit;
using Surety.Core.Configuration.Serving;
using Surety.Repository;
using Surety.Repository.Journal;
using Surety.Repository.Marks;
using Surety.Repository.Retention;
using Surety.Testing.Storage;
using Surety.Testing.Time;
using Surety.Tests.Manifests;

namespace Surety.Tests.Audit;

/// <summary>
/// A repository with a month behind it: a backup of <c>shop</c> every night, of which one failed and was made up for, drills,
/// a rollback, damage that a verification found; and <see cref="Hostile"/>, whose only backup failed.
/// </summary>
internal sealed class AuditedRepository
{
    public const string Hostile = "<script>alert('it')</script>";

    private static readonly CancellationToken Never = CancellationToken.None;

    /// <summary>The end of the month.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    public static AuditOptions Options { get; } =
        new()
        {
            Since = Now.AddDays(-30),
            TargetsOf = name => name == "shop" ? new TargetSection(TimeSpan.FromHours(24)) : new TargetSection(),
            RulesOf = _ => new RetentionRules { Daily = 7, Within = TimeSpan.FromDays(2) },
        };

    public MemoryBlobStore Store { get; } = new(TimeProvider.System);
    public BackupRepository Repository { get; private set; } = null!;

    public static async Task<AuditedRepository> MakeAsync()
    {
        var made = new AuditedRepository();
        made.Repository = await BackupRepository.InitAsync(made.Store, TimeProvider.System, Never);
        await made.AddBackupsAsync();
        await made.AddHistoryAsync();
        return made;
    }

    public Task<AuditReport> AuditAsync(AuditOptions? options = null) =>
        AuditReport.MakeAsync(Repository, options ?? Options, new ManualTimeProvider(Now), Never);

    public Task RecordAsync(JournalRecord record) => Repository.Journal.AppendAsync(record, Never);

    public static JournalRecord Record(string operation, double daysAgo, string outcome = JournalRecord.Done) =>
        new()
        {
            Operation = operation,
            Backup = null,
            Database = "shop",
            StartedAt = Now.AddDays(-daysAgo),
            FinishedAt = Now.AddDays(-daysAgo).AddSeconds(40),
            Host = "vault",
            User = "ann",
            Outcome = outcome,
        };

    private static Dictionary<string, double> Figures(string name, double value) => new() { [name] = value };

    /// <summary>Three are still there: the first drilled, the second verified, the third not proven.</summary>
    private async Task AddBackupsAsync()
    {
        for (var i = 1; i <= 3; i++)
        {
            byte[] chunk = [.. Enumerable.Range(0, 3000).Select(n => (byte)(n * i))];
            await SampleBackup.CommitAsync(Repository, SampleBackup.Id(i), [chunk]);
        }

        await Repository.Marks.SetAsync(
            [Mark(1, BackupMark.Drilled), Mark(2, BackupMark.Verified), Mark(1, BackupMark.Pinned)],
            Never
        );
    }

    private static BackupMark Mark(int backup, string kind) =>
        new()
        {
            Backup = SampleBackup.Id(backup),
            Kind = kind,
            At = Now.AddHours(-2),
            Passed = true,
        };

    private async Task AddHistoryAsync()
    {
        var night = Record(JournalRecord.BackupOperation, 0) with { RequestedBy = "schedule nightly" };
        for (var day = 1; day <= 29; day++)
        {
            var at = Now.AddDays(-day).AddHours(2);
            var record = night with { StartedAt = at, FinishedAt = at.AddSeconds(30 + day) };
            await RecordAsync(
                day == 12
                    ? record with
                    {
                        Outcome = JournalRecord.Failed,
                        Error = "disk-full",
                        Message = "no space is left",
                    }
                    : record with
                    {
                        Backup = SampleBackup.Id(day % 3 + 1),
                        Figures = Figures("newBytes", 1e6 * day),
                    }
            );
        }

        await RecordAsync(Record(JournalRecord.BackupOperation, 11.4));
        await RecordAsync(Record(JournalRecord.BackupOperation, 3.3, JournalRecord.Cancelled));
        await RecordAsync(
            Record("drill", 20) with
            {
                Backup = SampleBackup.Id(1),
                Figures = new Dictionary<string, double> { ["restoreSeconds"] = 300, ["rows"] = 1234 },
            }
        );
        await RecordAsync(
            Record("drill", 6, JournalRecord.Failed) with
            {
                Message = "assertion 'no orphans' is false",
            }
        );
        await RecordAsync(Record("drill", 5) with { Figures = Figures("restoreSeconds", 2400) });
        await RecordAsync(
            Record(JournalRecord.RollbackOperation, 4) with
            {
                Backup = SampleBackup.Id(1),
                SafetyBackup = SampleBackup.Id(2),
                RequestedBy = "user anna",
            }
        );
        await RecordAsync(
            Record("verify", 2, JournalRecord.Failed) with
            {
                Database = null,
                Message = "object 0a is damaged",
                Figures = Figures("bytesRead", 5e9),
            }
        );
        await RecordAsync(Record("verify", 1) with { Database = null, Figures = Figures("bytesRead", 5e9) });
        await RecordAsync(
            Record(JournalRecord.BackupOperation, 8, JournalRecord.Failed) with
            {
                Database = Hostile,
                Message = "<img src=x onerror=alert(1)>",
            }
        );
    }
}
