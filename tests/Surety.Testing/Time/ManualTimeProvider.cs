namespace Surety.Testing.Time;

/// <summary>A clock that stands still until a test moves it; timers fire inside <see cref="Advance"/>, in their order.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock moving = new();
    private readonly List<ManualTimer> timers = [];
    private readonly List<(TimeSpan DueTime, TaskCompletionSource Set)> waiters = [];
    private DateTimeOffset now = start;

    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 11, 20, 17, 14, 49, TimeSpan.Zero)) { }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (moving)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and fires what falls due on the way, each at its own instant.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (TakeDue(end) is { } callback)
        {
            callback();
        }

        lock (moving)
        {
            now = end;
        }
    }

    /// <summary>Completes when somebody next sets a timer of that length: what runs in the background has got so far.</summary>
    public Task NextTimerAsync(TimeSpan dueTime)
    {
        lock (moving)
        {
            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiters.Add((dueTime, set));
            return set.Task;
        }
    }

    /// <summary>Moves the clock without firing a timer, as the sleep of a machine does.</summary>
    public void Sleep(TimeSpan duration)
    {
        lock (moving)
        {
            now += duration;
        }
    }

    private Action? TakeDue(DateTimeOffset end)
    {
        lock (moving)
        {
            var next = timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            if (next is null)
            {
                return null;
            }

            now = next.DueAt > now ? next.DueAt.Value : now;
            next.DueAt = next.Period > TimeSpan.Zero ? next.DueAt + next.Period : null;
            return next.Callback;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, Action callback) : ITimer
    {
        public Action Callback => callback;

        public DateTimeOffset? DueAt { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.moving)
            {
                clock.timers.Remove(this);
                clock.timers.Add(this);
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : clock.now + dueTime;
                Period = period;
                foreach (var waiter in clock.waiters.FindAll(waiter => waiter.DueTime == dueTime))
                {
                    waiter.Set.SetResult();
                    clock.waiters.Remove(waiter);
                }

                return true;
            }
        }

        public void Dispose()
        {
            lock (clock.moving)
            {
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
