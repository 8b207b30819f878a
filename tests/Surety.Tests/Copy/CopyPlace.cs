using Surety.Repository;
using Surety.Repository.Copy;
using Surety.Repository.Encryption;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Verify;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;
using Surety.Tests.Objects;

namespace Surety.Tests.Copy;

/// <summary>A repository that is copied from or to.</summary>
internal sealed record CopyPlace(
    MemoryBlobStore Memory,
    FaultyBlobStore Faulty,
    BackupRepository Repository,
    FileKey? Key
)
{
    public const int SharedChunk = 0;
    public static readonly byte[] Shared = ObjectCodecTests.Random(3000, seed: 1);
    public static readonly byte[] OnlyFirst = ObjectCodecTests.Random(2000, seed: 2);
    public static readonly byte[] OnlySecond = ObjectCodecTests.Random(1000, seed: 3);
    private static readonly CancellationToken Never = CancellationToken.None;

    public static TheoryData<bool, bool> Kinds =>
        new()
        {
            { false, false },
            { false, true },
            { true, false },
            { true, true },
        };

    public static async Task<CopyPlace> NewAsync(bool encrypted)
    {
        var memory = new MemoryBlobStore(TimeProvider.System);
        var faulty = new FaultyBlobStore(memory);
        var key = encrypted ? new FileKey() : null;
        var repository = await BackupRepository.InitAsync(faulty, TimeProvider.System, key?.ToAdd("k"), Never);
        return new CopyPlace(memory, faulty, repository, key);
    }

    /// <summary>As a process of its own has it.</summary>
    public Task<BackupRepository> OpenAsync() => OpenAsync(Faulty);

    public async Task<CopyPlace> NextProcessAsync()
    {
        var next = Faulty.NextProcess();
        // Its lease would hold for as long as this test's process runs, which is no killed one.
        foreach (var left in await Memory.ListAsync("locks/", Never).ToListAsync())
        {
            await Memory.DeleteAsync(left.Name, Never);
        }

        return this with
        {
            Faulty = next,
            Repository = await OpenAsync(next),
        };
    }

    public Task<Manifest> BackUpAsync(int number, params byte[][] chunks) =>
        SampleBackup.CommitAsync(Repository, SampleBackup.Id(number), chunks);

    public async Task<IReadOnlyList<byte[]>> ChunksAsync(Manifest manifest)
    {
        var opened = await OpenAsync();
        var there = await opened.Manifests.FindAsync($"{manifest.Id}", null, Never);
        var contents = await opened.Manifests.ReadContentsAsync(there, Never);
        var chunks = new List<byte[]>();
        foreach (var chunk in contents.Tables[0].Chunks)
        {
            using var plain = await opened.Objects.GetAsync(chunk.Object, Never);
            chunks.Add(plain.Bytes.ToArray());
        }

        return chunks;
    }

    public async Task<IReadOnlyList<VerifyDamage>> FindDamageAsync() =>
        (await new RepositoryVerification(await OpenAsync()).RunAsync(null, null, 2, Never)).Damaged;

    /// <summary>As <c>surety verify</c>: what it found is known from then on.</summary>
    public async Task VerifyAsync()
    {
        var report = await new RepositoryVerification(Repository).RunAsync(null, null, 2, Never);
        await Repository.Marks.SetAsync(report.Marks(TimeProvider.System.GetUtcNow()), Never);
    }

    public async Task DamageAsync(Manifest backup, int chunk)
    {
        var there = await Repository.Manifests.FindAsync($"{backup.Id}", null, Never);
        var contents = await Repository.Manifests.ReadContentsAsync(there, Never);
        var name = ObjectStore.NameOf(contents.Tables[0].Chunks[chunk].Object);
        await Memory.WriteAsync(name, new byte[100], durable: true, Never);
    }

    public async Task DeleteContentsAsync(Manifest backup)
    {
        var there = await Repository.Manifests.FindAsync($"{backup.Id}", null, Never);
        await Memory.DeleteAsync(ObjectStore.NameOf(there.Contents.Parts[0]), Never);
    }

    private Task<BackupRepository> OpenAsync(FaultyBlobStore store) =>
        BackupRepository.OpenAsync(
            store,
            TimeProvider.System,
            (IKeySource?)Key ?? NoKey.Instance,
            OperationOrigin.ThisProcess(null),
            Never
        );

    /// <summary>What is written under these names is wrong as soon as it is there.</summary>
    public void DamageWhatIsWritten(Func<string, bool> names) =>
        Faulty.Fault = call =>
        {
            if (call is { Verb: "write", Moment: FaultMoment.After } && names(call.Name))
            {
                Memory.WriteAsync(call.Name, new byte[60], durable: true, Never).AsTask().Wait();
            }

            return null;
        };

    /// <summary>
    /// Copies to a new target each time, killed before and after each operation on it, until a copy comes to its end.
    /// </summary>
    /// <param name="source">What is copied from.</param>
    /// <param name="prepare">Makes the target.</param>
    /// <param name="check">Given the target as the next process has it, and when the copy was killed.</param>
    /// <param name="backups">What is copied.</param>
    public static async Task KillEverywhereAsync(
        CopyPlace source,
        Func<Task<CopyPlace>> prepare,
        Func<CopyPlace, string, Task> check,
        params Manifest[] backups
    )
    {
        for (var operation = 1; ; operation++)
        {
            foreach (var moment in (FaultMoment[])[FaultMoment.Before, FaultMoment.After])
            {
                var target = await prepare();
                target.Faulty.KillAt(target.Faulty.Operations + operation, moment);
                var killed = await IsKilledAsync(() => CopyAsync(source, target, backups));
                await check(await target.NextProcessAsync(), $"killed {moment} operation {operation}");
                if (!killed)
                {
                    return;
                }
            }
        }
    }

    private static async Task<bool> IsKilledAsync(Func<Task> work)
    {
        try
        {
            await work();
            return false;
        }
        catch (StoreKilledException)
        {
            return true;
        }
    }

    public static Exception? Note(List<string> names, StoreCall call, params string[] verbs)
    {
        if (call.Moment == FaultMoment.Before && verbs.Contains(call.Verb))
        {
            lock (names)
            {
                names.Add(call.Name);
            }
        }

        return null;
    }

    public static async Task<List<CopiedBackup>> CopyAsync(
        CopyPlace source,
        CopyPlace target,
        params Manifest[] backups
    )
    {
        var copied = new List<CopiedBackup>();
        var copy = new BackupCopy(
            await source.OpenAsync(),
            await target.OpenAsync(),
            TimeProvider.System,
            progress: null
        );
        await copy.RunAsync(backups, jobs: 1, copied.Add, Never);
        return copied;
    }
}
