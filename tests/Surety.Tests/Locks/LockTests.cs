using System.Diagnostics;
using Surety.Repository.Errors;
using Surety.Repository.Locks;
using Surety.Testing.Storage;
using Surety.Testing.Time;

namespace Surety.Tests.Locks;

public sealed class LockTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly LockHolder Elsewhere = new("elsewhere", 42, null, null);
    private readonly ManualTimeProvider clock = new();
    private readonly MemoryBlobStore memory;
    private readonly FaultyBlobStore store;
    private readonly LockManager first;
    private readonly LockManager second;

    public LockTests()
    {
        memory = new MemoryBlobStore(clock);
        store = new FaultyBlobStore(memory);
        first = new LockManager(store, clock, Elsewhere);
        second = new LockManager(memory, clock, LockHolder.ThisProcess());
    }

    [Fact]
    public async Task Shared_locks_go_side_by_side()
    {
        await using var one = await first.AcquireSharedAsync("backup", Never);
        await using var two = await second.AcquireSharedAsync("verify", Never);

        (await Locks()).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Where_deleting_is_refused_a_released_lock_is_left_expired_and_keeps_nobody_out()
    {
        RefuseDeleting();
        await (await first.AcquireSharedAsync("backup", Never)).DisposeAsync();
        await Should.ThrowAsync<SuretyException>(async () =>
        {
            await using var held = await second.AcquireSharedAsync("verify", Never);
            await first.AcquireExclusiveAsync("prune", Never);
        });

        (await Locks()).Length.ShouldBe(2);
        await using var exclusive = await second.AcquireExclusiveAsync("prune", Never);
    }

    [Fact]
    public async Task Who_may_not_delete_goes_past_a_stale_lock_and_not_past_a_live_one()
    {
        await LeaveLock(new LockHolder("another", 7, null, null));
        RefuseDeleting();
        await Should.ThrowAsync<SuretyException>(() => first.AcquireExclusiveAsync("prune", Never));
        clock.Advance(LeaseTerms.Standard.Length + TimeSpan.FromSeconds(1));

        await using var past = await first.AcquireExclusiveAsync("prune", Never);
    }

    [Fact]
    public async Task Work_whose_lease_is_lost_ends_with_an_error_and_not_as_if_somebody_had_cancelled_it()
    {
        var working = first.HoldSharedAsync(
            "backup",
            async (_, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return 0;
            },
            Never
        );
        store.Fault = _ => new SuretyException(ErrorCode.RepositoryUnwritable, "offline");
        clock.Advance(LeaseTerms.Standard.Length);

        var error = await Should.ThrowAsync<SuretyException>(() => working);

        error.Code.ShouldBe(ErrorCode.RepositoryLocked);
        error.Message.ShouldBe("the lock on memory could not be renewed in time and is lost; the backup stopped");
    }

    [Fact]
    public async Task Work_that_is_cancelled_ends_as_cancelled_and_leaves_no_lock()
    {
        using var cancellation = new CancellationTokenSource();
        var working = first.HoldSharedAsync(
            "backup",
            async (_, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return 0;
            },
            cancellation.Token
        );

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => working);
        (await Locks()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_released_lock_is_gone()
    {
        var one = await first.AcquireSharedAsync("backup", Never);
        await one.DisposeAsync();
        await one.DisposeAsync();
        await (await second.AcquireExclusiveAsync("prune", Never)).DisposeAsync();

        (await Locks()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_exclusive_lock_is_refused_beside_a_shared_one_and_leaves_nothing()
    {
        await using var one = await first.AcquireSharedAsync("backup", Never);

        var error = await Should.ThrowAsync<SuretyException>(() => second.AcquireExclusiveAsync("prune", Never));

        error.Code.ShouldBe(ErrorCode.RepositoryLocked);
        error.Message.ShouldBe(
            "memory is locked by process 42 on elsewhere: backup, since 2026-11-20 17:14:49Z; nothing was changed"
        );
        error.Hint.ShouldBe("wait for it to end; if it was killed, its lock expires at 2026-11-20 17:29:49Z");
        (await Locks()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_is_let_in_beside_an_exclusive_lock()
    {
        await using var one = await first.AcquireExclusiveAsync("prune", Never);

        var error = await Should.ThrowAsync<SuretyException>(() => second.AcquireSharedAsync("backup", Never));
        await Should.ThrowAsync<SuretyException>(() => second.AcquireExclusiveAsync("prune", Never));

        error.Message.ShouldContain("is locked exclusively by process 42 on elsewhere: prune");
        (await Locks()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_that_want_it_exclusively_at_once_never_two_are_let_in()
    {
        for (var round = 0; round < 50; round++)
        {
            var attempts = Enumerable.Range(0, 4).Select(_ => Task.Run(TryExclusive));
            var held = (await Task.WhenAll(attempts)).OfType<ExclusiveAccess>().ToList();

            held.Count.ShouldBeLessThanOrEqualTo(1);
            foreach (var access in held)
            {
                await access.DisposeAsync();
            }
        }

        (await Locks()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lock_is_renewed_as_long_as_it_is_held()
    {
        await using var one = await first.AcquireSharedAsync("backup", Never);

        for (var renewal = 0; renewal < 12; renewal++)
        {
            await AdvanceOverRenewal();
        }

        one.Lost.IsCancellationRequested.ShouldBeFalse();
        one.ThrowIfLost();
        await Should.ThrowAsync<SuretyException>(() => second.AcquireExclusiveAsync("prune", Never));
    }

    [Fact]
    public async Task An_expired_lock_is_broken_by_who_is_kept_out()
    {
        await LeaveLock(Elsewhere);
        clock.Advance(TimeSpan.FromMinutes(15));
        await Should.ThrowAsync<SuretyException>(() => second.AcquireExclusiveAsync("prune", Never));

        clock.Advance(TimeSpan.FromSeconds(1));
        await using (await second.AcquireSharedAsync("backup", Never))
        {
            (await Locks()).Length.ShouldBe(2, "a shared lock is not kept out by another and breaks nothing");
        }

        await using var exclusive = await second.AcquireExclusiveAsync("prune", Never);
        (await Locks()).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public async Task A_machine_whose_clock_is_wrong_breaks_no_live_lock_and_its_own_is_not_broken(int minutes)
    {
        var wrong = new ManualTimeProvider(clock.GetUtcNow() + TimeSpan.FromMinutes(minutes));
        var third = new LockManager(memory, wrong, new LockHolder("third", 7, null, null));

        await using (await first.AcquireSharedAsync("backup", Never))
        {
            await Should.ThrowAsync<SuretyException>(() => third.AcquireExclusiveAsync("prune", Never));
        }

        await using (await third.AcquireSharedAsync("backup", Never))
        {
            await Should.ThrowAsync<SuretyException>(() => first.AcquireExclusiveAsync("prune", Never));
        }
    }

    [Theory]
    [InlineData(ErrorCode.RepositoryUnwritable)]
    [InlineData(ErrorCode.RepositoryAccessDenied)]
    [InlineData(ErrorCode.DiskFull)]
    public async Task Who_may_only_read_reads_without_a_lock(ErrorCode code)
    {
        store.Fault = call => call.Verb == "create" ? new SuretyException(code, "refused") : null;

        (await first.HoldSharedToReadAsync("restore", _ => Task.FromResult(true), Never)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_lock_of_a_killed_process_of_this_machine_is_broken_at_once()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var process = Process.Start("sleep", "600");
        var holder = LockHolder.OfProcess(process.Id);
        holder.IsGone().ShouldBeFalse();
        await LeaveLock(holder);
        await Should.ThrowAsync<SuretyException>(() => second.AcquireExclusiveAsync("prune", Never));

        process.Kill();
        await process.WaitForExitAsync();

        holder.IsGone().ShouldBeTrue();
        await using var exclusive = await second.AcquireExclusiveAsync("prune", Never);
        (await Locks()).Length.ShouldBe(1);
    }

    [Fact]
    public void A_process_is_called_gone_only_where_that_is_certain()
    {
        var me = LockHolder.ThisProcess();

        me.IsGone().ShouldBeFalse();
        (me with { Scope = "another boot" }).IsGone().ShouldBeFalse();
        (me with { Scope = null }).IsGone().ShouldBeFalse();
        (me with { Start = null }).IsGone().ShouldBeFalse();
        (me with { Start = "1" }).IsGone().ShouldBe(OperatingSystem.IsLinux(), "the pid was given to another process");
    }

    [Fact]
    public async Task A_lock_that_cannot_be_read_holds_for_a_lease_from_its_last_change()
    {
        var name = $"locks/{new string('a', 32)}.json";
        await memory.WriteAsync(name, "torn"u8.ToArray(), durable: true, Never);

        clock.Advance(TimeSpan.FromMinutes(15));
        var error = await Should.ThrowAsync<SuretyException>(() => second.AcquireSharedAsync("backup", Never));
        error.Message.ShouldContain($"unknown operation (its lock {name} cannot be read)");

        clock.Advance(TimeSpan.FromSeconds(1));
        await using var one = await second.AcquireSharedAsync("backup", Never);
        (await Locks()).ShouldNotContain(name);
    }

    [Fact]
    public async Task A_holder_that_cannot_renew_learns_it_before_others_may_break_the_lock()
    {
        await using var one = await first.AcquireSharedAsync("backup", Never);
        store.Fault = _ => new SuretyException(ErrorCode.RepositoryUnwritable, "gone");

        clock.Advance(TimeSpan.FromMinutes(12) - TimeSpan.FromTicks(1));
        one.Lost.IsCancellationRequested.ShouldBeFalse();
        one.ThrowIfLost();
        clock.Advance(TimeSpan.FromTicks(1));

        one.Lost.IsCancellationRequested.ShouldBeTrue();
        var error = Should.Throw<SuretyException>(one.ThrowIfLost);
        error.Message.ShouldBe("the lock on memory could not be renewed in time and is lost; the backup stopped");
        await Should.ThrowAsync<SuretyException>(() => second.AcquireExclusiveAsync("prune", Never));
    }

    [Fact]
    public async Task A_holder_whose_lock_was_broken_learns_it_and_does_not_bring_it_back()
    {
        await using var one = await first.AcquireSharedAsync("backup", Never);
        await memory.DeleteAsync((await Locks()).Single(), Never);
        var lost = new TaskCompletionSource();
        one.Lost.Register(lost.SetResult);

        clock.Advance(TimeSpan.FromMinutes(5));
        await lost.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Should.Throw<SuretyException>(one.ThrowIfLost);
        (await Locks()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_machine_that_slept_over_its_lease_learns_it_before_it_goes_on()
    {
        await using var one = await first.AcquireSharedAsync("backup", Never);

        clock.Sleep(TimeSpan.FromMinutes(13));

        Should.Throw<SuretyException>(one.ThrowIfLost).Code.ShouldBe(ErrorCode.RepositoryLocked);
    }

    [Fact]
    public void Only_the_lock_manager_can_make_exclusive_access() =>
        typeof(ExclusiveAccess).GetConstructors().ShouldBeEmpty();

    private async Task<ExclusiveAccess?> TryExclusive()
    {
        try
        {
            return await new LockManager(memory, clock, Elsewhere).AcquireExclusiveAsync("prune", Never);
        }
        catch (SuretyException e) when (e.Code == ErrorCode.RepositoryLocked)
        {
            return null;
        }
    }

    /// <summary>What a process that is killed leaves behind.</summary>
    private async Task LeaveLock(LockHolder holder)
    {
        var killed = new FaultyBlobStore(memory);
        await new LockManager(killed, clock, holder).AcquireSharedAsync("backup", Never);
        killed.NextProcess();
    }

    private async Task AdvanceOverRenewal()
    {
        var every = TimeSpan.FromMinutes(5);
        var renewed = clock.NextTimerAsync(every);
        clock.Advance(every);
        await renewed;
    }

    private void RefuseDeleting() =>
        store.Fault = call =>
            call is { Verb: "delete", Moment: FaultMoment.Before }
                ? new SuretyException(ErrorCode.RepositoryAccessDenied, "refused")
                : null;

    private async Task<string[]> Locks() =>
        [.. (await memory.ListAsync("locks/", Never).ToListAsync()).Select(blob => blob.Name)];
}
