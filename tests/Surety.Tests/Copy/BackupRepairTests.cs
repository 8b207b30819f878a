using Surety.Repository.Copy;
using Surety.Repository.Errors;
using Surety.Repository.Marks;
using static Surety.Tests.Copy.CopyPlace;

namespace Surety.Tests.Copy;

/// <summary>Backups that are known to be damaged where they were copied to.</summary>
public sealed class BackupRepairTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [MemberData(nameof(CopyPlace.Kinds), MemberType = typeof(CopyPlace))]
    public async Task A_backup_that_is_known_to_be_damaged_in_the_target_is_repaired(
        bool fromEncrypted,
        bool toEncrypted
    )
    {
        var source = await CopyPlace.NewAsync(fromEncrypted);
        var target = await CopyPlace.NewAsync(toEncrypted);
        var backup = await source.BackUpAsync(1, Shared, OnlyFirst);
        await CopyAsync(source, target, backup);
        await target.DamageAsync(backup, SharedChunk);
        await target.DeleteContentsAsync(backup);
        await target.VerifyAsync();
        var written = new List<string>();
        target.Faulty.Fault = call => Note(written, call, "write", "create");

        var copied = (await CopyAsync(source, target, backup)).ShouldHaveSingleItem();

        (copied.Outcome, copied.NewObjects).ShouldBe((CopyOutcome.Repaired, 2));
        written.Count(name => name.StartsWith("objects/", StringComparison.Ordinal)).ShouldBe(2);
        (await target.ChunksAsync(backup)).ShouldBe([Shared, OnlyFirst]);
        (await target.FindDamageAsync()).ShouldBeEmpty();
        var marks = await target.Repository.Marks.ListAsync(backup.Id, Never);
        marks.Find(backup.Id, BackupMark.Verified)!.Passed.ShouldBeTrue();
        (await target.Repository.Journal.ReadAllAsync(Never)).Records.Count.ShouldBe(2);
        (await CopyAsync(source, target, backup)).ShouldHaveSingleItem().Outcome.ShouldBe(CopyOutcome.Present);
    }

    [Fact]
    public async Task What_is_damaged_in_the_target_is_not_named_by_the_next_copy()
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var target = await CopyPlace.NewAsync(encrypted: true);
        var first = await source.BackUpAsync(1, Shared, OnlyFirst);
        await CopyAsync(source, target, first);
        await target.DamageAsync(first, SharedChunk);
        await target.VerifyAsync();
        var second = await source.BackUpAsync(2, Shared, OnlySecond);

        await CopyAsync(source, target, second);

        (await target.ChunksAsync(second)).ShouldBe([Shared, OnlySecond]);
        (await target.FindDamageAsync()).ShouldBeEmpty("the first one has the same piece");
    }

    [Fact]
    public async Task A_killed_repair_makes_nothing_worse_and_the_next_one_ends_it()
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var backup = await source.BackUpAsync(1, Shared, OnlyFirst);
        await KillEverywhereAsync(
            source,
            async () =>
            {
                var target = await CopyPlace.NewAsync(encrypted: false);
                await CopyAsync(source, target, backup);
                await target.DamageAsync(backup, SharedChunk);
                await target.VerifyAsync();
                return target;
            },
            async (next, when) =>
            {
                (await next.FindDamageAsync()).Count.ShouldBeLessThanOrEqualTo(1, when);
                await CopyAsync(source, next, backup);
                (await next.FindDamageAsync()).ShouldBeEmpty();
                (await next.ChunksAsync(backup)).ShouldBe([Shared, OnlyFirst]);
            },
            backup
        );
    }

    [Fact]
    public async Task A_repair_that_does_not_help_says_so()
    {
        var source = await CopyPlace.NewAsync(encrypted: false);
        var target = await CopyPlace.NewAsync(encrypted: false);
        var backup = await source.BackUpAsync(1, Shared);
        await CopyAsync(source, target, backup);
        await target.DamageAsync(backup, SharedChunk);
        await target.VerifyAsync();
        target.DamageWhatIsWritten(name => name.StartsWith("objects/", StringComparison.Ordinal));

        var failure = await Should.ThrowAsync<SuretyException>(() => CopyAsync(source, target, backup));

        failure.Code.ShouldBe(ErrorCode.ObjectDamaged);
    }
}
