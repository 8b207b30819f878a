using Surety.Core.Configuration.Serving;
using Surety.Server.Alerts;
using Surety.Testing;

namespace Surety.ServerTests.Alerts;

/// <summary>What an earlier server had yet to tell.</summary>
public sealed class TellAgainTests
{
    [Fact]
    public async Task It_is_told_once_in_its_order_to_whom_it_was_for_and_not_for_ever()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sending = await Sending.StartAsync(
            Sending.Channel("ops", webhook: new WebhookSetting(receiver.Address, null)),
            Sending.Channel("other", webhook: new WebhookSetting(new Uri(receiver.Address, "/other"), null))
        );
        // It opened again after it was over, and nobody was told of either.
        var open = Alert("shop", TimeSpan.Zero);
        var book = new AlertBook(
            new Dictionary<string, Alert> { [open.Key] = open },
            [Over("shop", TimeSpan.FromMinutes(1)), Over("hr", TimeSpan.FromDays(6)), Over("crm", TimeSpan.FromDays(8))]
        );
        receiver.IsBroken = true;

        sending.Sender.TellAgain(book);
        sending.Sender.TellAgain(book);
        receiver.IsBroken = false;

        (await NextAsync()).ShouldBe(("recovered", "backup-failed:hr"));
        (await NextAsync()).ShouldBe(("recovered", "backup-failed:shop"));
        (await NextAsync()).ShouldBe(("opened", "backup-failed:shop"));
        await Eventually.Is(() => sending.Sender.Channels[0].Waiting == 0);
        receiver.IsEmpty.ShouldBeTrue();

        async Task<(string, string)> NextAsync()
        {
            var posted = await receiver.NextAsync();
            posted.Path.ShouldBe("/");
            return (posted.Text("event"), posted.Text("key"));
        }
    }

    private static Alert Over(string database, TimeSpan ago) =>
        Alert(database, ago) with
        {
            Since = DateTimeOffset.UtcNow - ago - TimeSpan.FromHours(1),
            RecoveredAt = DateTimeOffset.UtcNow - ago,
        };

    private static Alert Alert(string database, TimeSpan ago)
    {
        var at = DateTimeOffset.UtcNow - ago;
        return Notices.Opened(database).Alert with { Since = at, ToldAt = at, Untold = ["ops"] };
    }
}
