using Surety.Repository.Errors;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Repository.Verify;

/// <summary>
/// Checks everything that backups consist of: every byte of <c>surety.json</c>, of the manifests and their contents, and of
/// each object that they name, of these perhaps not all at once. Objects that no manifest names are not looked at: a killed
/// backup leaves such.
/// </summary>
/// <remarks>
/// Memory: the ids of the distinct objects, and <c>jobs</c> objects at a time. Contents are read again in a second pass
/// only where something is damaged, to name the backups that it hurts, or where not everything is read, to know which
/// backups are proven all the same.
/// </remarks>
public sealed class RepositoryVerification(BackupRepository repository)
{
    private readonly FoundDamage damage = new();
    private readonly ObjectInventory inventory = new();
    private readonly List<Manifest> readable = [];

    /// <summary>What of the data is read. Limits are of all backups, not of single ones.</summary>
    public VerifyLimits Limits { get; init; } = VerifyLimits.None;

    /// <summary>
    /// Checks the backups <paramref name="only"/> (null: all), reading <paramref name="jobs"/> objects at once; runs
    /// once. Damage is in the report, never an exception. <paramref name="progress"/> is told from many threads of each
    /// step: how many objects and how many stored bytes more.
    /// </summary>
    public Task<VerifyReport> RunAsync(
        IReadOnlyList<Manifest>? only,
        Action<long, long>? progress,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        if (only is not null && !Limits.IsNone)
        {
            throw new ArgumentException("limits are of all backups", nameof(only));
        }

        return repository.Locks.HoldSharedToReadAsync(
            "verify",
            (lease, token) => RunLockedAsync(only, lease, progress, jobs, token),
            cancellationToken
        );
    }

    private async Task<VerifyReport> RunLockedAsync(
        IReadOnlyList<Manifest>? only,
        RepositoryLock? lease,
        Action<long, long>? progress,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        // By the store's clock, before anything is listed: whatever comes later has a later time.
        var now = lease?.WrittenAt ?? repository.Clock.GetUtcNow();
        var documents = new DocumentVerification(repository, damage);
        await documents.CheckRepositoryDocumentAsync(cancellationToken);
        var verified = only is null ? await ReadVerifiedAsync(cancellationToken) : VerifiedSlices.Nothing;
        var manifests = only is null
            ? await documents.ListAllAndTheLostAsync(cancellationToken)
            : await documents.ReadAgainAsync(only, cancellationToken);
        var isComplete = await CollectAsync(manifests, cancellationToken) && !documents.LacksManifests;
        if (!Limits.IsNone)
        {
            await CheckPresenceAsync(cancellationToken);
        }

        var plan = ReadPlan.Make(inventory, verified, Limits, now);

        // What a manifest names that cannot be read was not read, and nobody could tell later.
        var kept =
            only is null && lease is not null && isComplete ? new SliceProgress(repository, plan, verified, now) : null;
        var reading = new ObjectReading(repository, damage);
        var isKept = false;
        try
        {
            await reading.RunAsync(plan, inventory, kept, progress, jobs, cancellationToken);
        }
        finally
        {
            isKept = kept is not null && await kept.TryKeepAsync();
        }

        var report = new VerifyReport(only?.Count ?? manifests.Count, reading.Count, reading.Bytes, []);
        return await DescribeAsync(
            report with
            {
                IsProgressKept = isKept,
            },
            manifests,
            verified,
            now,
            cancellationToken
        );
    }

    private async Task<VerifiedSlices> ReadVerifiedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await VerifiedSlices.ReadAsync(repository.Store, repository.Documents, cancellationToken);
        }
        catch (SuretyException e) when (!e.IsOutage)
        {
            damage.Report(VerifiedSlices.Name, e.Message);
            return VerifiedSlices.Nothing;
        }
    }

    /// <summary>Returns false where it is not known what some backup names.</summary>
    private async Task<bool> CollectAsync(IReadOnlyList<Manifest> manifests, CancellationToken cancellationToken)
    {
        var since = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var blob in repository.Store.ListAsync(ManifestStore.Folder, cancellationToken))
        {
            since[blob.Name] = blob.ModifiedAt;
        }

        foreach (var manifest in manifests)
        {
            var name = ManifestStore.NameOf(manifest.Id);
            try
            {
                var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
                readable.Add(manifest);
                foreach (var (id, length) in NamedObjects.WithLengths(manifest, contents))
                {
                    inventory.Name(id, length, since.GetValueOrDefault(name, DateTimeOffset.MaxValue));
                }
            }
            catch (SuretyException e) when (!e.IsOutage)
            {
                damage.Report(e.Object ?? name, e.Message, manifest.Id.ToString());
            }
        }

        return readable.Count == manifests.Count;
    }

    /// <summary>What can be told of objects without reading them: that they are there, and can be as long as they are.</summary>
    private async Task CheckPresenceAsync(CancellationToken cancellationToken)
    {
        await foreach (var blob in repository.Store.ListAsync($"{ObjectStore.Folder}/", cancellationToken))
        {
            if (ObjectStore.TryParseName(blob.Name, out var id))
            {
                inventory.List(id, blob.Length, blob.ModifiedAt);
            }
        }

        foreach (var (id, named) in inventory.All)
        {
            if (!ObjectHeader.IsPlausible(named.StoredLength, named.PlainLength))
            {
                await ReportImplausibleAsync(id, named.PlainLength, cancellationToken);
            }
        }
    }

    /// <summary>Asked by its name once more: a list can be behind.</summary>
    private async Task ReportImplausibleAsync(ObjectId id, int plainLength, CancellationToken cancellationToken)
    {
        var length = await repository.Store.GetLengthAsync(ObjectStore.NameOf(id), cancellationToken);
        if (length is null)
        {
            damage.Report(id.ToString(), ObjectStore.MissingFrom(repository.Store, id));
        }
        else if (!ObjectHeader.IsPlausible(length.Value, plainLength))
        {
            damage.Report(id.ToString(), $"it is {length} bytes long, which {plainLength} plain bytes cannot be");
        }
    }

    private async Task<VerifyReport> DescribeAsync(
        VerifyReport report,
        IReadOnlyList<Manifest> manifests,
        VerifiedSlices verified,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var proven = Limits.IsNone ? [] : await ProvenAsync(verified, now, cancellationToken);
        if (!damage.IsEmpty)
        {
            foreach (var manifest in readable)
            {
                var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
                damage.NameBackup(manifest, contents);
            }
        }

        return report with
        {
            Unread = UnreadData.Of(inventory, id => LastRead(id, verified, now)),
            Damaged = damage.ToList(),
            CheckedBackups = [.. manifests.Select(manifest => manifest.Id)],
            ProvenAt = Limits.IsNone ? null : proven,
        };
    }

    /// <summary>The backups of which everything was read in time, each with when that was of what was read the longest ago.</summary>
    private async Task<Dictionary<BackupId, DateTimeOffset>> ProvenAsync(
        VerifiedSlices verified,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var proven = new Dictionary<BackupId, DateTimeOffset>();
        var freshSince = now - Limits.OlderThan ?? DateTimeOffset.MinValue;
        foreach (var manifest in readable)
        {
            var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
            var reads = NamedObjects.Of(manifest, contents).Select(id => LastRead(id, verified, now));
            if (Oldest(reads) is { } oldest && oldest >= freshSince)
            {
                proven.Add(manifest.Id, oldest);
            }
        }

        return proven;
    }

    private static DateTimeOffset? Oldest(IEnumerable<DateTimeOffset?> reads)
    {
        DateTimeOffset? oldest = null;
        foreach (var read in reads)
        {
            if (read is null)
            {
                return null;
            }

            oldest = oldest < read ? oldest : read;
        }

        return oldest;
    }

    private DateTimeOffset? LastRead(ObjectId id, VerifiedSlices verified, DateTimeOffset now)
    {
        var named = inventory[id];
        return named.IsChosen ? now : verified.LastRead(id, named.Born);
    }
}
