using System.Text;
using Surety.Repository;
using Surety.Repository.Documents;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;

namespace Surety.Tests.Journal;

public sealed class OperationJournalTests : IAsyncLifetime
{
    private const string Name = "journal/2026/11/20261120T171449Z-k3f9.json";
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly MemoryBlobStore memory = new(TimeProvider.System);
    private BackupRepository repository = null!;

    public static JournalRecord Sample { get; } =
        new()
        {
            Operation = JournalRecord.BackupOperation,
            Backup = SampleBackup.Id(1),
            Database = "shop",
            StartedAt = SampleBackup.Time,
            FinishedAt = SampleBackup.Time.AddSeconds(1.5),
            Host = "host",
            Outcome = JournalRecord.Done,
        };

    /// <summary>Everything that a record can say.</summary>
    public static JournalRecord Full { get; } =
        Sample with
        {
            Operation = JournalRecord.GuardOperation,
            Outcome = JournalRecord.RolledBack,
            SafetyBackup = SampleBackup.Id(2),
            User = "ann",
            Role = "owner",
            Command = "surety guard -- psql -f change.sql",
            Error = "query-failed",
            Message = "the server refused the statement",
            Guarded = new GuardedCommand("psql -f change.sql", 3),
            Figures = new Dictionary<string, double> { ["interruptionSeconds"] = 0.25, ["rows"] = 5_000_000_000 },
        };

    public async Task InitializeAsync() =>
        repository = await BackupRepository.InitAsync(memory, TimeProvider.System, Never);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Records_come_back_oldest_first()
    {
        var later = Sample with { StartedAt = Sample.StartedAt.AddMonths(2), Database = null, Backup = null };
        await repository.Journal.AppendAsync(later, Never);
        await repository.Journal.AppendAsync(Sample, Never);
        await repository.Journal.AppendAsync(Sample, Never);

        var journal = await repository.Journal.ReadAllAsync(Never);

        journal.Records.ShouldBe([Sample, Sample, later]);
        journal.Damaged.ShouldBeEmpty();
        var names = await memory.ListAsync("journal/", Never).Select(blob => blob.Name).ToListAsync();
        names.Count(name => name.StartsWith("journal/2026/11/20261120T171449Z-")).ShouldBe(2);
        names.Count(name => name.StartsWith("journal/2027/01/20270120T171449Z-")).ShouldBe(1);
    }

    /// <summary>Their names, which are partly drawn, say nothing of their order.</summary>
    [Fact]
    public async Task Records_of_one_second_come_back_in_their_order()
    {
        var times = Enumerable.Range(0, 10).Select(i => Sample.StartedAt.AddMilliseconds(90 * i)).ToList();
        foreach (var time in times)
        {
            await repository.Journal.AppendAsync(Sample with { StartedAt = time }, Never);
        }

        var journal = await repository.Journal.ReadAllAsync(Never);

        journal.Records.Select(r => r.StartedAt).ShouldBe(times);
    }

    [Fact]
    public async Task Everything_that_a_record_says_comes_back()
    {
        var full = Full with { ApprovedBy = "ben", RequestedBy = "token ci" };
        await repository.Journal.AppendAsync(full, Never);

        var record = (await repository.Journal.ReadAllAsync(Never)).Records.ShouldHaveSingleItem();

        record.Figures.ShouldBe(full.Figures);
        (record with { Figures = null }).ShouldBe(full with { Figures = null });
    }

    [Fact]
    public async Task An_entry_becomes_a_record_of_who_runs_it()
    {
        var origin = new OperationOrigin("ann", "laptop", "surety drill") { RequestedBy = "schedule nightly" };
        var opened = await BackupRepository.OpenAsync(memory, TimeProvider.System, NoKey.Instance, origin, Never);
        var entry = new JournalEntry("drill", SampleBackup.Time) { Backup = SampleBackup.Id(1), Message = "not equal" };
        entry.Measure("rows", 7);
        entry.Measure("rows", 8);

        await opened.Journal.AppendAsync(
            entry,
            new JournalEnd(SampleBackup.Time.AddSeconds(2), JournalRecord.Failed),
            Never
        );

        var record = (await opened.Journal.ReadAllAsync(Never)).Records.ShouldHaveSingleItem();
        (record.User, record.Host, record.Command).ShouldBe(("ann", "laptop", "surety drill"));
        record.RequestedBy.ShouldBe("schedule nightly");
        (record.Outcome, record.Message, record.Error).ShouldBe(("failed", "not equal", null));
        record.FinishedAt.ShouldBe(SampleBackup.Time.AddSeconds(2));
        record.Figures.ShouldBe(new Dictionary<string, double> { ["rows"] = 8 });
    }

    [Theory]
    [InlineData("token ci", "token ci")]
    [InlineData("  user \u001b[31manna\r\n ", "user [31manna")]
    [InlineData("user \u202etxt.exe\u2028", "user txt.exe")]
    [InlineData("schedule n\u00e4chtlich \ud83d\udcbe", "schedule n\u00e4chtlich \ud83d\udcbe")]
    [InlineData("\t\n", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Who_asked_is_kept_as_a_line_that_a_screen_shows(string? named, string? kept) =>
        (new OperationOrigin("ann", "laptop", null) { RequestedBy = named }).RequestedBy.ShouldBe(kept);

    [Fact]
    public void Who_asked_is_kept_up_to_two_hundred_characters_and_no_half_one() =>
        new OperationOrigin("ann", "laptop", null)
        {
            RequestedBy = string.Concat(Enumerable.Repeat("\ud83d\udcbe", 300)),
        }.RequestedBy.ShouldBe(string.Concat(Enumerable.Repeat("\ud83d\udcbe", 200)));

    [Fact]
    public async Task Of_a_long_journal_only_the_end_can_be_read()
    {
        var later = Sample with { StartedAt = Sample.StartedAt.AddDays(1) };
        await repository.Journal.AppendAsync(later, Never);
        await memory.WriteAsync(Name, "torn"u8.ToArray(), durable: true, Never);

        var end = await repository.Journal.ReadSinceAsync(Sample.StartedAt.AddSeconds(1), Never);

        end.Records.ShouldBe([later]);
        end.Damaged.ShouldBeEmpty("what is older is not read");
        (await repository.Journal.ReadSinceAsync(Sample.StartedAt, Never)).Damaged.Count.ShouldBe(1);
    }

    [Fact]
    public void The_way_back_leads_to_the_state_before()
    {
        var (before, safety) = (SampleBackup.Id(1), SampleBackup.Id(2));
        var rollback = Full with { Operation = JournalRecord.RollbackOperation, Outcome = JournalRecord.Done };

        (Full with { Outcome = JournalRecord.Done }).WayBack.ShouldBe(before);
        (Full with { Outcome = JournalRecord.Failed }).WayBack.ShouldBe(before);
        Full.WayBack.ShouldBe(safety, "the run is taken back already: what it did can be brought back");
        (Full with { Outcome = JournalRecord.Failed, Guarded = null }).WayBack.ShouldBeNull("it never ran");
        rollback.WayBack.ShouldBe(safety);
        (rollback with { Outcome = JournalRecord.Failed }).WayBack.ShouldBeNull("nothing was changed");
        Sample.WayBack.ShouldBeNull();
    }

    [Fact]
    public async Task A_record_of_a_later_version_is_read_as_far_as_it_is_understood()
    {
        await WriteAsync(Body.Replace(":\"backup\"", ":\"prune\"").Replace("{", "{\"freedBytes\":7,"));

        var record = (await repository.Journal.ReadAllAsync(Never)).Records.ShouldHaveSingleItem();

        record.ShouldBe(Sample with { Operation = "prune" });
    }

    [Fact]
    public async Task A_record_that_lacks_something_or_is_damaged_does_not_hide_the_others()
    {
        await repository.Journal.AppendAsync(Sample, Never);
        await WriteAsync(Body.Replace("\"host\":\"host\",", ""));
        await memory.WriteAsync($"{Name[..^5]}x.json", "torn"u8.ToArray(), durable: true, Never);

        var journal = await repository.Journal.ReadAllAsync(Never);

        journal.Records.ShouldBe([Sample]);
        journal
            .Damaged.Select(damaged => damaged.Error.Code)
            .ShouldBe([ErrorCode.RepositoryFormatUnknown, ErrorCode.RepositoryDamaged]);
    }

    private static string Body
    {
        get
        {
            var document = DocumentCodec.Plain.Write(
                DocumentKind.Journal,
                Name,
                Sample,
                RepositoryJson.Default.JournalRecord
            );
            return Encoding.UTF8.GetString(Envelope.Unwrap(DocumentKind.Journal, Name, document).Span);
        }
    }

    private async Task WriteAsync(string body) =>
        await memory.WriteAsync(
            Name,
            Envelope.Wrap(DocumentKind.Journal, Name, Encoding.UTF8.GetBytes(body)),
            durable: true,
            Never
        );
}
