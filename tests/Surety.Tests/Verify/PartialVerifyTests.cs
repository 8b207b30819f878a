using System.Collections.Concurrent;
using Surety.Repository;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Storage;
using Surety.Repository.Verify;
using Surety.Testing.Storage;
using Surety.Testing.Time;
using Surety.Tests.Manifests;
using Surety.Tests.Objects;

namespace Surety.Tests.Verify;

/// <summary>Of a repository that is not encrypted; <see cref="EncryptedPartialVerifyTests"/> asks the same of one that is.</summary>
public class PartialVerifyTests : IAsyncLifetime
{
    private const int Chunks = 600;
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly ManualTimeProvider clock = new();
    private readonly ConcurrentDictionary<string, int> reads = new();
    private MemoryBlobStore memory = null!;
    private BackupRepository repository = null!;

    /// <summary>What opens the repository; null for one that is not encrypted.</summary>
    protected virtual FileKey? Key => null;

    public async Task InitializeAsync()
    {
        memory = new MemoryBlobStore(clock);
        await BackupRepository.InitAsync(memory, clock, Key?.ToAdd(), Never);
        await BackupAsync(1, Enumerable.Range(0, Chunks));
        clock.Sleep(TimeSpan.FromDays(1));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_parts_of_a_cycle_read_each_object_exactly_once_and_then_prove_the_backup()
    {
        var all = await ObjectsAsync();
        for (var part = 1; part <= 7; part++)
        {
            var report = await VerifyAsync($"{part}/7");

            report.Damaged.ShouldBeEmpty();
            (report.ObjectsChecked + report.Unread.Objects).ShouldBe(all.Count);
            report.Marks(clock.GetUtcNow()).Count().ShouldBe(part == 7 ? 1 : 0, $"part {part}");
            clock.Sleep(TimeSpan.FromDays(1));
        }

        reads.Keys.ToHashSet().SetEquals(all).ShouldBeTrue();
        reads.Values.ShouldAllBe(count => count == 1);
    }

    [Fact]
    public async Task A_share_goes_on_where_the_last_one_ended_until_everything_was_read_once()
    {
        var all = await ObjectsAsync();
        for (var day = 1; ; day++)
        {
            day.ShouldBeLessThanOrEqualTo(10, "a tenth a day");
            var report = await VerifyAsync("10%");
            (report.BytesRead * 10).ShouldBeGreaterThanOrEqualTo(report.BytesRead + report.Unread.Bytes);
            clock.Sleep(TimeSpan.FromDays(1));
            if (report.Unread.NeverReadObjects == 0)
            {
                break;
            }

            reads.Values.ShouldAllBe(count => count == 1);
        }

        reads.Keys.ToHashSet().SetEquals(all).ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_read_within_the_time_is_not_read_again_and_what_came_since_is_read_once()
    {
        await VerifyAsync(olderThan: 10);
        reads.Count.ShouldBe((await ObjectsAsync()).Count);
        for (var day = 2; day <= 9; day++)
        {
            clock.Sleep(TimeSpan.FromDays(1));
            await BackupAsync(day, Enumerable.Range(100 * day, Chunks));
            clock.Sleep(TimeSpan.FromMinutes(1));
            var report = await VerifyAsync(olderThan: 10);
            report.Unread.NeverReadObjects.ShouldBe(0);
        }

        reads.Values.ShouldAllBe(count => count == 1);
        clock.Sleep(TimeSpan.FromDays(3));
        await VerifyAsync(olderThan: 10);
        reads.Values.ShouldContain(2, "the first are older than that now");
        reads.Values.ShouldContain(1, "the last are not");
    }

    [Fact]
    public async Task A_backup_of_which_something_is_new_since_is_not_called_verified()
    {
        await VerifyAsync();
        clock.Sleep(TimeSpan.FromDays(1));
        await BackupAsync(2, Enumerable.Range(0, Chunks).Append(Chunks));
        clock.Sleep(TimeSpan.FromDays(1));

        var report = await VerifyAsync("1/256");

        report.Unread.NeverReadObjects.ShouldBeGreaterThan(0);
        report.Marks(clock.GetUtcNow()).Select(mark => mark.Backup).ShouldBe([SampleBackup.Id(1)]);
        var full = await VerifyAsync(olderThan: 30);
        full.Marks(clock.GetUtcNow()).Select(mark => mark.Backup).ShouldBe([SampleBackup.Id(1), SampleBackup.Id(2)]);
    }

    [Fact]
    public async Task A_mark_says_when_that_was_read_which_was_read_the_longest_ago()
    {
        await VerifyAsync();
        var read = clock.GetUtcNow();
        clock.Sleep(TimeSpan.FromDays(3));

        var report = await VerifyAsync("1/2");

        var mark = report.Marks(clock.GetUtcNow()).ShouldHaveSingleItem();
        (mark.At, mark.Passed).ShouldBe((read, true));
        report.Unread.OldestReadAt.ShouldBe(read);
        await repository.Marks.SetAsync([mark with { At = read.AddDays(1), Passed = false }], Never);
        report.Marks(clock.GetUtcNow(), await repository.Marks.ListAsync(Never)).ShouldBeEmpty("it failed later");
    }

    [Fact]
    public async Task What_no_backup_named_when_its_slice_was_read_counts_as_never_read()
    {
        var left = await repository.Objects.PutAsync("left by a killed run"u8.ToArray(), Never);
        clock.Sleep(TimeSpan.FromDays(1));
        await VerifyAsync();
        clock.Sleep(TimeSpan.FromDays(1));
        await SampleBackup.CommitAsync(repository, SampleBackup.Id(2), ["left by a killed run"u8.ToArray()]);
        clock.Sleep(TimeSpan.FromDays(1));

        await VerifyAsync(olderThan: 30);

        reads[left.Id.ToString()].ShouldBe(1);
    }

    [Fact]
    public async Task Damage_in_a_part_that_is_not_read_is_found_when_its_turn_comes_and_not_forgotten()
    {
        await VerifyAsync();
        clock.Sleep(TimeSpan.FromDays(1));
        var victim = repository.Objects.Identify(Chunk(5));
        var stored = (await memory.ReadAsync(ObjectStore.NameOf(victim), Never))!;
        stored[^1] ^= 1;
        await memory.WriteAsync(ObjectStore.NameOf(victim), stored, durable: true, Never);
        var found = 0;
        for (var part = 1; part <= 8; part++)
        {
            clock.Sleep(TimeSpan.FromDays(1));
            var report = await VerifyAsync($"{part}/8");
            var isMine = victim.FirstByte % 8 == part - 1;
            found += report.Damaged.Count;
            report.Damaged.Count.ShouldBe(isMine ? 1 : 0, $"part {part}");
            report.Marks(clock.GetUtcNow()).Where(mark => !mark.Passed).Count().ShouldBe(isMine ? 1 : 0);
        }

        found.ShouldBe(1);
        clock.Sleep(TimeSpan.FromDays(1));
        (await VerifyAsync("1%")).Damaged.ShouldHaveSingleItem("a slice that is not sound is not called read");
    }

    [Fact]
    public async Task What_is_missing_or_cut_off_is_found_whatever_is_read()
    {
        var gone = repository.Objects.Identify(Chunk(1));
        var cut = repository.Objects.Identify(Chunk(2));
        await memory.DeleteAsync(ObjectStore.NameOf(gone), Never);
        await memory.WriteAsync(ObjectStore.NameOf(cut), new byte[7], durable: true, Never);
        var other = Enumerable.Range(1, 256).First(part => part - 1 != gone.FirstByte && part - 1 != cut.FirstByte);

        var report = await VerifyAsync($"{other}/256");

        report
            .Damaged.Single(damage => damage.Object == gone.ToString())
            .Reason.ShouldContain("is missing from memory");
        report
            .Damaged.Single(damage => damage.Object == cut.ToString())
            .Reason.ShouldBe("it is 7 bytes long, which 60 plain bytes cannot be");
        report.Damaged.ShouldAllBe(damage => damage.Backups.Single() == SampleBackup.Id(1).ToString());
    }

    [Fact]
    public async Task A_verification_that_is_stopped_goes_on_where_it_was()
    {
        var all = await ObjectsAsync();
        using var stop = new CancellationTokenSource();
        var count = 0;
        var opened = await OpenAsync();
        await Should.ThrowAsync<OperationCanceledException>(() =>
            new RepositoryVerification(opened).RunAsync(
                null,
                (_, _) =>
                {
                    if (++count == all.Count / 2)
                    {
                        stop.Cancel();
                    }
                },
                jobs: 1,
                stop.Token
            )
        );
        clock.Sleep(TimeSpan.FromMinutes(1));

        var report = await VerifyAsync(olderThan: 30);

        report.Damaged.ShouldBeEmpty();
        report.Unread.NeverReadObjects.ShouldBe(0);
        reads.Values.Count(times => times == 2).ShouldBeInRange(0, 10, "those of the slice that was not done");
        reads.Keys.ToHashSet().SetEquals(all).ShouldBeTrue();
    }

    [Fact]
    public async Task A_kill_loses_what_was_read_since_the_progress_was_last_kept_and_nothing_else()
    {
        var all = await ObjectsAsync();
        var count = 0;
        var isKilled = false;
        var store = new FaultyBlobStore(memory)
        {
            Fault = call => isKilled ? new SuretyException(ErrorCode.RepositoryUnreachable, "killed") : null,
        };
        await Should.ThrowAsync<SuretyException>(async () =>
            await new RepositoryVerification(await OpenAsync(store)).RunAsync(
                null,
                (_, _) =>
                {
                    clock.Sleep(TimeSpan.FromSeconds(1));
                    isKilled = ++count == all.Count / 2 || isKilled;
                },
                jobs: 1,
                Never
            )
        );
        clock.Sleep(TimeSpan.FromHours(1));

        var report = await VerifyAsync(olderThan: 30);

        report.Damaged.ShouldBeEmpty();
        report.Unread.Objects.ShouldBeInRange(all.Count / 2 - 60, all.Count / 2, "30 seconds and a slice");
    }

    [Fact]
    public async Task A_damaged_record_of_what_was_read_is_named_and_everything_counts_as_never_read()
    {
        await VerifyAsync();
        await memory.WriteAsync("verified.json", "torn"u8.ToArray(), durable: true, Never);

        (await VerifyAsync("1/256")).Damaged.ShouldHaveSingleItem().Object.ShouldBe("verified.json");
        var report = await VerifyAsync("1/256");

        report.Damaged.ShouldBeEmpty();
        report.Unread.NeverReadObjects.ShouldBeGreaterThan(Chunks / 2);
    }

    [Fact]
    public async Task Where_nobody_knows_what_a_backup_names_nothing_is_called_read()
    {
        await BackupAsync(2, [1, 2, 3]);
        await memory.WriteAsync(ManifestStore.NameOf(SampleBackup.Id(2)), "torn"u8.ToArray(), durable: true, Never);

        (await VerifyAsync()).IsProgressKept.ShouldBeFalse();

        (await memory.ReadAsync("verified.json", Never)).ShouldBeNull();
    }

    [Fact]
    public void Many_reads_of_a_slice_are_kept_as_few_and_never_as_newer_than_they_were()
    {
        var start = clock.GetUtcNow();
        var slice = SliceReads.None;
        for (var day = 1; day <= 100; day++)
        {
            slice = slice.After(start.AddDays(day - 30), start.AddDays(day));
            slice.Reads.Count.ShouldBeLessThanOrEqualTo(8);
            slice.LastRead(start.AddDays(day)).ShouldBeNull("it came after the read");
            var born = start.AddDays(day - 0.5);
            slice.LastRead(born).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(start.AddDays(day));
            slice.Oldest.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(start.AddDays(day - 30));
        }
    }

    [Theory]
    [InlineData("10%", true)]
    [InlineData("2.5%", true)]
    [InlineData("1/7", true)]
    [InlineData("256/256", true)]
    [InlineData("5G", true)]
    [InlineData("500m", true)]
    [InlineData("0%", false)]
    [InlineData("101%", false)]
    [InlineData("0/7", false)]
    [InlineData("8/7", false)]
    [InlineData("1/257", false)]
    [InlineData("5", false)]
    [InlineData("G", false)]
    [InlineData("-5G", false)]
    [InlineData("", false)]
    public void A_subset_is_a_share_a_size_or_a_part(string text, bool isOne) =>
        (DataSubset.TryParse(text) is not null).ShouldBe(isOne);

    private async Task<VerifyReport> VerifyAsync(string? subset = null, int? olderThan = null)
    {
        var limits = new VerifyLimits
        {
            Subset = subset is null ? null : DataSubset.TryParse(subset).ShouldNotBeNull(),
            OlderThan = olderThan is { } days ? TimeSpan.FromDays(days) : null,
        };
        var opened = await OpenAsync();
        return await new RepositoryVerification(opened) { Limits = limits }.RunAsync(null, null, jobs: 2, Never);
    }

    /// <summary>Counts the reads of objects, but for those of contents, which are read for what they say as well.</summary>
    private async Task<BackupRepository> OpenAsync(IBlobStore? store = null)
    {
        var contents = new HashSet<string>();
        repository = await OpenPlainAsync(store ?? memory);
        foreach (var manifest in await repository.Manifests.ListAsync(Never))
        {
            contents.UnionWith(manifest.Contents.Parts.Select(part => part.ToString()));
        }

        return await OpenPlainAsync(
            new FaultyBlobStore(store ?? memory)
            {
                Fault = call =>
                {
                    if (
                        call is { Verb: "read", Moment: FaultMoment.Before }
                        && call.Name.StartsWith("objects/", StringComparison.Ordinal)
                    )
                    {
                        var id = Path.GetFileName(call.Name);
                        reads.AddOrUpdate(id, 1, (_, count) => contents.Contains(id) ? 1 : count + 1);
                    }

                    return null;
                },
            }
        );
    }

    private Task<BackupRepository> OpenPlainAsync(IBlobStore store) =>
        BackupRepository.OpenAsync(
            store,
            clock,
            Key as IKeySource ?? NoKey.Instance,
            OperationOrigin.ThisProcess(command: null),
            Never
        );

    private async Task BackupAsync(int number, IEnumerable<int> chunks)
    {
        repository = await OpenPlainAsync(memory);
        await SampleBackup.CommitAsync(repository, SampleBackup.Id(number), chunks.Select(Chunk));
    }

    private async Task<HashSet<string>> ObjectsAsync() =>
        [.. await memory.ListAsync("objects/", Never).Select(blob => Path.GetFileName(blob.Name)).ToListAsync(Never)];

    private static byte[] Chunk(int number) => ObjectCodecTests.Random(60, number);
}

public class EncryptedPartialVerifyTests : PartialVerifyTests
{
    protected override FileKey Key { get; } = new();
}
