using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Prune;
using Surety.Repository.Verify;

namespace Surety.Repository.Statistics;

/// <summary>
/// Counts what the backups hold and what it takes: lists the objects and reads the contents, not the rows. Runs once. Memory:
/// the ids of the objects, and the contents of one backup.
/// </summary>
public sealed class RepositoryStatistics(BackupRepository repository)
{
    private const int Nobody = -1;
    private const int Forgotten = -2;

    /// <param name="StoredBytes">In the repository.</param>
    /// <param name="LastNamedBy">The database whose backups were counted when it was last named, by its number.</param>
    private record struct Entry(long StoredBytes, int LastNamedBy);

    private readonly Dictionary<ObjectId, Entry> objects = [];
    private readonly List<DamagedManifest> damaged = [];
    private readonly HashSet<ObjectId> missing = [];

    public Task<StatisticsReport> RunAsync(CancellationToken cancellationToken) =>
        repository.Locks.HoldSharedToReadAsync("stats", RunUnlockedAsync, cancellationToken);

    /// <summary>As the other, and keeps nobody from deleting: what goes meanwhile is missing, or counted all the same.</summary>
    public async Task<StatisticsReport> RunUnlockedAsync(CancellationToken cancellationToken)
    {
        // Before the objects: theirs are all there when these are listed.
        var manifests = await repository.Manifests.ListAsync(cancellationToken);
        var forgotten = await repository.Forgotten.ListAsync(cancellationToken);
        damaged.AddRange(manifests.Damaged);
        damaged.AddRange(forgotten.Damaged.Select(d => new DamagedManifest(d.Name, d.Error)));
        await ListObjectsAsync(cancellationToken);

        var whole = new Count();
        var databases = new List<DatabaseStatistics>();
        foreach (var backups in manifests.GroupBy(m => m.Database).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var own = await CountAsync([.. backups], databases.Count, whole, cancellationToken);
            databases.Add(new DatabaseStatistics(backups.Key, own.Figures()));
        }

        var waiting = await CountAsync(
            [.. forgotten.Backups.Select(backup => backup.Manifest)],
            Forgotten,
            new Count(),
            cancellationToken
        );
        var unneeded = new ObjectTally();
        foreach (var entry in objects.Values.Where(entry => entry.LastNamedBy == Nobody))
        {
            unneeded = unneeded.Add(entry.StoredBytes);
        }

        return new StatisticsReport(databases, whole.Figures(), waiting.New, unneeded, missing.Count, damaged);
    }

    private async Task ListObjectsAsync(CancellationToken cancellationToken)
    {
        await foreach (var blob in repository.Store.ListAsync($"{ObjectStore.Folder}/", cancellationToken))
        {
            if (ObjectStore.TryParseName(blob.Name, out var id))
            {
                objects[id] = new Entry(blob.Length, Nobody);
            }
        }
    }

    /// <summary>Counts backups by themselves, oldest first, and as part of the whole.</summary>
    private async Task<Count> CountAsync(
        IReadOnlyList<Manifest> backups,
        int database,
        Count whole,
        CancellationToken cancellationToken
    )
    {
        var own = new Count();
        foreach (var manifest in backups)
        {
            try
            {
                var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
                foreach (var (id, plainLength) in NamedObjects.WithLengths(manifest, contents))
                {
                    Add(id, plainLength, database, own, whole);
                }
            }
            catch (SuretyException e) when (!e.IsOutage)
            {
                damaged.Add(new DamagedManifest(ManifestStore.NameOf(manifest.Id), e));
            }
        }

        own.AddBackups(backups);
        whole.AddBackups(backups);
        return own;
    }

    private void Add(ObjectId id, int plainLength, int database, Count own, Count whole)
    {
        own.HeldBytes += plainLength;
        whole.HeldBytes += plainLength;
        ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(objects, id);
        if (Unsafe.IsNullRef(ref entry))
        {
            missing.Add(id);
            return;
        }

        if (entry.LastNamedBy == database)
        {
            return;
        }

        own.Add(plainLength, entry.StoredBytes, isNew: entry.LastNamedBy == Nobody);
        if (entry.LastNamedBy == Nobody)
        {
            whole.Add(plainLength, entry.StoredBytes, isNew: true);
        }

        entry.LastNamedBy = database;
    }

    /// <summary>A running total.</summary>
    private sealed class Count
    {
        private int backups;
        private long dataBytes;
        private long uniqueBytes;
        private ObjectTally all;
        private long growthBytes;
        private int growths;

        public long HeldBytes { get; set; }

        /// <summary>Of these, the objects that nobody had named before.</summary>
        public ObjectTally New { get; private set; }

        public void Add(int plainLength, long storedBytes, bool isNew)
        {
            uniqueBytes += plainLength;
            all = all.Add(storedBytes);
            New = isNew ? New.Add(storedBytes) : New;
        }

        /// <param name="ofOne">The backups of one database, oldest first.</param>
        public void AddBackups(IReadOnlyList<Manifest> ofOne)
        {
            backups += ofOne.Count;
            dataBytes += ofOne.LastOrDefault(manifest => manifest.StandsForDatabase)?.Figures.RawBytes ?? 0;
            growthBytes += ofOne.Skip(1).Sum(manifest => manifest.Figures.NewBytes);
            growths += Math.Max(0, ofOne.Count - 1);
        }

        public StorageFigures Figures() =>
            new()
            {
                Backups = backups,
                DataBytes = dataBytes,
                HeldBytes = HeldBytes,
                UniqueBytes = uniqueBytes,
                StoredBytes = all.Bytes,
                Objects = all.Count,
                GrowthBytes = growths == 0 ? null : growthBytes / growths,
            };
    }
}
