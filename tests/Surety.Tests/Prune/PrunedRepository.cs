using Surety.Repository;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Prune;
using Surety.Repository.Retention;
using Surety.Repository.Storage;
using Surety.Repository.Verify;
using Surety.Testing.Storage;
using Surety.Testing.Time;
using Surety.Tests.Manifests;
using Surety.Tests.Objects;

namespace Surety.Tests.Prune;

/// <summary>A repository in memory whose backups and prunes are made as the product makes them.</summary>
internal sealed class PrunedRepository
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private PrunedRepository(ManualTimeProvider clock) => (Clock, Memory) = (clock, new MemoryBlobStore(clock));

    public ManualTimeProvider Clock { get; }

    public MemoryBlobStore Memory { get; }

    public static async Task<PrunedRepository> InitAsync()
    {
        var made = new PrunedRepository(new ManualTimeProvider());
        await BackupRepository.InitAsync(made.Memory, made.Clock, Never);
        return made;
    }

    /// <summary>Backups 1, 2, 3: each with a chunk of its own and those that it shares with its neighbours; two days old.</summary>
    public static async Task<PrunedRepository> WithThreeBackupsAsync()
    {
        var made = await InitAsync();
        for (var number = 1; number <= 3; number++)
        {
            await made.BackupAsync(made.Memory, SampleBackup.Id(number), [number, number + 1, 100, 200 + number]);
        }

        made.Clock.Sleep(TimeSpan.FromDays(2));
        return made;
    }

    public Task<BackupRepository> OpenAsync(IBlobStore? store = null) =>
        BackupRepository.OpenAsync(store ?? Memory, Clock, Never);

    /// <summary>As Core does it: the lock, trust in what is there, objects, the manifest, the record.</summary>
    public async Task BackupAsync(IBlobStore store, BackupId id, IEnumerable<int> chunks)
    {
        var repository = await OpenAsync(store);
        await using var lease = await repository.Locks.AcquireSharedAsync("backup", Never);
        foreach (var earlier in await repository.Manifests.ListAsync(Never))
        {
            var contents = await repository.Manifests.ReadContentsAsync(earlier, Never);
            repository.Objects.Trust(NamedObjects.Of(earlier, contents));
        }

        var entries = new List<ChunkEntry>();
        foreach (var chunk in chunks)
        {
            var stored = await repository.Objects.PutAsync(Chunk(chunk), Never);
            entries.Add(new ChunkEntry(stored.Id, 1, stored.PlainLength));
        }

        var schema = await repository.Objects.PutStreamAsync(new MemoryStream([1, 2, 3]), Never);
        var made = await repository.Manifests.StoreContentsAsync(SampleBackup.Contents(schema.Stream, entries), Never);
        await repository.Manifests.CommitAsync(SampleBackup.Manifest(id, made.Stream), lease, Never);
        var entry = new JournalEntry(JournalRecord.BackupOperation, Clock.GetUtcNow()) { Backup = id };
        await repository.Journal.AppendAsync(entry, new JournalEnd(Clock.GetUtcNow(), JournalRecord.Done), Never);
    }

    public static byte[] Chunk(int number) => ObjectCodecTests.Random(60, number);

    public Task<PrunePlan> PruneAsync(IBlobStore? store = null, int? keepLast = 1, TimeSpan? grace = null) =>
        PruneAsync(
            new PruneOptions
            {
                RulesOf = _ => new RetentionRules { Last = keepLast },
                Grace = grace ?? TimeSpan.Zero,
                Jobs = 1,
            },
            store
        );

    public async Task<PrunePlan> PruneAsync(PruneOptions options, IBlobStore? store = null)
    {
        var repository = await OpenAsync(store);
        await using var access = await repository.Locks.AcquireExclusiveAsync("prune", Never);
        var plan = await new PrunePlanning(repository, options).MakeAsync(access, Never);
        await plan.ExecuteAsync(Clock, options.Jobs, progress: null, Never);
        return plan;
    }

    public async Task<bool> HasChunkAsync(int number) =>
        await Memory.GetLengthAsync(Surety.Repository.Objects.ObjectStore.NameOf(IdOf(number)), Never) is not null;

    public async Task<IReadOnlyList<BackupId>> BackupsAsync() =>
        [.. (await (await OpenAsync()).Manifests.ListAsync(Never)).Select(manifest => manifest.Id)];

    public async Task MarkAsync(BackupId backup, string kind, bool passed) =>
        await (await OpenAsync()).Marks.SetAsync(
            [
                new BackupMark
                {
                    Backup = backup,
                    Kind = kind,
                    At = Clock.GetUtcNow(),
                    Passed = passed,
                },
            ],
            Never
        );

    public async Task ShouldBeSoundAsync(string when)
    {
        var report = await new RepositoryVerification(await OpenAsync()).RunAsync(null, null, jobs: 1, Never);
        report.Damaged.ShouldBeEmpty(when);
    }

    private static Surety.Repository.Objects.ObjectId IdOf(int number) =>
        new(System.Security.Cryptography.SHA256.HashData(Chunk(number)));
}
