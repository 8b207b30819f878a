using Microsoft.Extensions.Logging.Abstractions;
using Surety.Server.Alerts;
using Surety.Server.Alerts.Channels;
using Surety.Testing;
using Surety.Testing.Time;

namespace Surety.ServerTests.Alerts;

public sealed class ChannelQueueTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task What_fails_is_told_again_until_it_is_taken_and_in_order()
    {
        var channel = new FailingChannel { Failures = 4 };
        using var queue = Queue(channel);
        using var stop = new CancellationTokenSource();
        queue.Add(Notices.Opened("shop"));
        queue.Add(Notices.Opened("crm"));
        var running = queue.RunAsync(stop.Token);

        foreach (var wait in new[] { 1, 2, 4, 8 })
        {
            await RetryAfterAsync(TimeSpan.FromSeconds(wait), channel);
        }

        await Eventually.Is(() => queue.Status.Delivered == 2);
        channel.Taken.ShouldBe(["backup-failed:shop", "backup-failed:crm"]);
        queue.Status.ShouldSatisfyAllConditions(
            status => status.Failed.ShouldBe(4),
            status => status.GivenUp.ShouldBe(0),
            status => status.Failure.ShouldBeNull()
        );
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task A_channel_that_breaks_is_tried_again_and_tells_no_secret()
    {
        var broken = new FailingChannel { Failures = 1, Breaks = true };
        using var queue = Queue(broken);
        using var stop = new CancellationTokenSource();
        queue.Add(Notices.Opened("shop"));
        var running = queue.RunAsync(stop.Token);
        await Eventually.Is(() => queue.Status.Failed == 1);
        queue.Status.Failure.ShouldBe("it broke with InvalidOperationException");

        await RetryAfterAsync(TimeSpan.FromSeconds(1), broken);

        await Eventually.Is(() => queue.Status.Delivered == 1);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task What_nobody_took_for_a_day_is_given_up_and_counted()
    {
        var channel = new FailingChannel { Failures = int.MaxValue };
        using var queue = Queue(channel);
        using var stop = new CancellationTokenSource();
        queue.Add(Notices.Opened("shop"));
        var running = queue.RunAsync(stop.Token);

        await Eventually.Is(() => channel.Attempts == 1);
        await Eventually.Is(() =>
        {
            // The retry is set by the worker in its own time.
            clock.Advance(TimeSpan.FromHours(1));
            return queue.Status.GivenUp > 0;
        });

        queue.Status.Waiting.ShouldBe(0);
        queue.Holds(Notices.Opened("shop").Alert).ShouldBeFalse();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public void A_flood_costs_the_oldest_and_no_memory()
    {
        using var queue = Queue(new FailingChannel());
        for (var i = 0; i < 500; i++)
        {
            queue.Add(Notices.Opened($"database{i}"));
        }

        queue.Status.Waiting.ShouldBe(200);
        queue.Status.GivenUp.ShouldBe(300);
        queue.Holds(Notices.Opened("database499").Alert).ShouldBeTrue();
        queue.Holds(Notices.Opened("database300").Alert).ShouldBeFalse();
    }

    private ChannelQueue Queue(IAlertChannel channel) =>
        new(
            Sending.Channel("ops", slack: new Uri("http://127.0.0.1")),
            channel,
            clock,
            NullLogger<ChannelQueueTests>.Instance
        );

    /// <summary>The retry is set by the worker in its own time; the clock moves once it is.</summary>
    private async Task RetryAfterAsync(TimeSpan wait, FailingChannel channel)
    {
        var before = channel.Attempts;
        await Eventually.Is(() =>
        {
            clock.Advance(wait / 4);
            return channel.Attempts > before;
        });
    }

    private sealed class FailingChannel : IAlertChannel
    {
        private volatile int attempts;

        public int Failures { get; init; }

        /// <summary>It throws instead of saying why.</summary>
        public bool Breaks { get; init; }

        public int Attempts => attempts;

        public List<string> Taken { get; } = [];

        public string Kind => "test";

        public Task<string?> SendAsync(AlertNotice notice, CancellationToken cancellationToken)
        {
            if (attempts++ < Failures)
            {
                return Breaks
                    ? throw new InvalidOperationException("https://secret@example")
                    : Task.FromResult<string?>("it is broken");
            }

            Taken.Add(notice.Alert.Key);
            return Task.FromResult<string?>(null);
        }

        public void Dispose() { }
    }
}
