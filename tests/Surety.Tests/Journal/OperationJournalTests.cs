using System.Text;
using Surety.Repository;
using Surety.Repository.Documents;
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
            var document = Document.Write(DocumentKind.Journal, Name, Sample, RepositoryJson.Default.JournalRecord);
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
