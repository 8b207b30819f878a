using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Marks;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;

namespace Surety.Tests.Marks;

public sealed class MarkStoreTests : IAsyncLifetime
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly MemoryBlobStore memory = new(TimeProvider.System);
    private BackupRepository repository = null!;

    public static BackupMark Passed { get; } =
        new()
        {
            Backup = SampleBackup.Id(1),
            Kind = BackupMark.Verified,
            At = SampleBackup.Time,
            Passed = true,
        };

    public static BackupMark Failed { get; } =
        new()
        {
            Backup = SampleBackup.Id(1),
            Kind = BackupMark.Drilled,
            At = SampleBackup.Time,
            Passed = false,
            Reason = "table public.orders is different",
            RestoreSeconds = 12.5,
        };

    public async Task InitializeAsync() =>
        repository = await BackupRepository.InitAsync(memory, TimeProvider.System, Never);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_newest_result_of_each_kind_counts()
    {
        var again = Passed with { At = Passed.At.AddDays(1), Passed = false, Reason = "an object is gone" };
        await repository.Marks.SetAsync([Passed, Failed], Never);
        await repository.Marks.SetAsync([again], Never);

        var marks = await repository.Marks.ListAsync(Never);

        marks.Find(SampleBackup.Id(1), BackupMark.Verified).ShouldBe(again);
        marks.Find(SampleBackup.Id(1), BackupMark.Drilled).ShouldBe(Failed);
        marks.Find(SampleBackup.Id(2), BackupMark.Drilled).ShouldBeNull();
        marks.Damaged.ShouldBeEmpty();
        (await memory.ListAsync("marks/", Never).CountAsync()).ShouldBe(2, "they do not pile up");
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(null, true, BackupMark.Verified)]
    [InlineData(null, false, null)]
    [InlineData(true, null, BackupMark.Drilled)]
    [InlineData(true, true, BackupMark.Drilled)]
    // Damage that was found after the drill.
    [InlineData(true, false, null)]
    // What could not be restored is not proven by bytes that are sound.
    [InlineData(false, true, null)]
    public async Task A_backup_is_proven_by_a_drill_before_a_verification(bool? drilled, bool? verified, string? proof)
    {
        await repository.Marks.SetAsync(
            [
                .. drilled is { } restored ? [Failed with { Passed = restored }] : Array.Empty<BackupMark>(),
                .. verified is { } sound
                    ? [Passed with { Passed = sound, At = Passed.At.AddHours(1) }]
                    : Array.Empty<BackupMark>(),
            ],
            Never
        );

        var marks = await repository.Marks.ListAsync(Never);

        marks.FindProof(SampleBackup.Id(1))?.Kind.ShouldBe(proof);
        (marks.FindProof(SampleBackup.Id(1)) is null).ShouldBe(proof is null);
    }

    [Fact]
    public async Task A_drill_that_passes_takes_back_what_a_verification_found_before()
    {
        var drill = Failed with { Passed = true, At = Passed.At.AddHours(1) };
        await repository.Marks.SetAsync([Passed with { Passed = false }, drill], Never);

        (await repository.Marks.ListAsync(Never)).FindProof(SampleBackup.Id(1)).ShouldBe(drill);
    }

    [Fact]
    public async Task The_marks_of_one_backup_are_read_alone()
    {
        await repository.Marks.SetAsync([Passed, Passed with { Backup = SampleBackup.Id(2) }], Never);

        var marks = await repository.Marks.ListAsync(SampleBackup.Id(2), Never);

        marks.Find(SampleBackup.Id(2), BackupMark.Verified).ShouldNotBeNull();
        marks.Find(SampleBackup.Id(1), BackupMark.Verified).ShouldBeNull();
    }

    [Fact]
    public async Task A_damaged_mark_or_one_of_another_backup_is_named_and_hides_no_other()
    {
        await repository.Marks.SetAsync([Passed, Failed], Never);
        var torn = $"marks/{SampleBackup.Id(3)}/verified.json";
        var moved = $"marks/{SampleBackup.Id(4)}/verified.json";
        await memory.WriteAsync(torn, "torn"u8.ToArray(), durable: true, Never);
        var whole = await memory.ReadAsync($"marks/{SampleBackup.Id(1)}/verified.json", Never);
        await memory.WriteAsync(moved, whole, durable: true, Never);

        var marks = await repository.Marks.ListAsync(Never);

        marks.Find(SampleBackup.Id(1), BackupMark.Drilled).ShouldBe(Failed);
        marks.Damaged.Select(mark => mark.Name).ShouldBe([torn, moved]);
        marks.Damaged.ShouldAllBe(mark => mark.Error.Code == ErrorCode.RepositoryDamaged);
    }
}
