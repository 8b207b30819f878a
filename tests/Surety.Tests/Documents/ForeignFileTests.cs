using Surety.Repository;
using Surety.Repository.Bundle;
using Surety.Repository.Journal;
using Surety.Repository.Prune;
using Surety.Repository.Retention;
using Surety.Repository.Storage.Local;
using Surety.Testing.Files;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;

namespace Surety.Tests.Documents;

/// <summary>Files that file managers and network drives leave in folders, under names that a repository never has.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private readonly FileKey key = new();

    [Fact]
    public async Task They_are_named_and_keep_nobody_from_opening_listing_bundling_and_pruning()
    {
        using var store = LocalBlobStore.Create(folder.Path, TimeProvider.System);
        using var made = await BackupRepository.InitAsync(store, TimeProvider.System, key.ToAdd("k"), Never);
        var backup = await SampleBackup.CommitAsync(made, SampleBackup.Id(1), [new byte[100]]);
        foreach (
            var name in (string[])
                ["keys/._a.json", "journal/2026/11/a (copy).json", $"marks/{SampleBackup.Id(2)}/.DS_Store"]
        )
        {
            var path = folder.Combine(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "x");
        }

        using var opened = await BackupRepository.OpenAsync(
            store,
            TimeProvider.System,
            key,
            OperationOrigin.ThisProcess(null),
            Never
        );
        (await opened.Keys.ListAsync(Never)).Damaged.ShouldHaveSingleItem().Name.ShouldBe("keys/._a.json");
        (await opened.Journal.ReadAllAsync(Never)).Damaged.ShouldHaveSingleItem();
        await new BackupBundle(opened).WriteAsync(backup, new MemoryStream(), progress: null, Never);
        await using var access = await opened.Locks.AcquireExclusiveAsync("prune", Never);
        var options = new PruneOptions { RulesOf = _ => new RetentionRules() };
        var plan = await new PrunePlanning(opened, options).MakeAsync(access, Never);
        await plan.ExecuteAsync(TimeProvider.System, jobs: 1, progress: null, Never);
    }

    public void Dispose() => folder.Dispose();
}
