using System.Net;
using System.Security.Cryptography;
using System.Text;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.ServerTests.Alerts;

public sealed class AlertChannelTests : IAsyncLifetime
{
    private WebhookReceiver receiver = null!;

    public async Task InitializeAsync() => receiver = await WebhookReceiver.StartAsync();

    public async Task DisposeAsync() => await receiver.DisposeAsync();

    [Fact]
    public async Task A_webhook_gets_one_signed_document()
    {
        await using var sending = await Sending.StartAsync(Webhook("ops", "/hook", secret: "s3cret"));

        sending.Tell(Notices.Opened("shop", text: "it \"failed\" at 100 %"));

        var posted = await receiver.NextAsync();
        posted.Path.ShouldBe("/hook");
        posted.Text("event").ShouldBe("opened");
        posted.Text("key").ShouldBe("backup-failed:shop");
        posted.Text("condition").ShouldBe("backup-failed");
        posted.Text("severity").ShouldBe("high");
        posted.Text("text").ShouldBe("it \"failed\" at 100 %");
        var digest = HMACSHA256.HashData(Encoding.UTF8.GetBytes("s3cret"), posted.Body);
        posted.Signature.ShouldBe($"sha256={Convert.ToHexStringLower(digest)}");
    }

    [Fact]
    public async Task Slack_gets_text_and_blocks_with_its_control_characters_escaped()
    {
        await using var sending = await Sending.StartAsync(
            Sending.Channel("team", slack: Address("/services/T0/B0/x"))
        );

        sending.Tell(Notices.Opened("shop", text: "a < b & <!channel>"));

        var posted = await receiver.NextAsync();
        posted.Text("text").ShouldBe("[HIGH] a &lt; b &amp; &lt;!channel&gt;");
        var block = posted.Json.GetProperty("blocks")[0];
        block.GetProperty("type").GetString().ShouldBe("section");
        block.GetProperty("text").GetProperty("type").GetString().ShouldBe("mrkdwn");
    }

    [Fact]
    public async Task Mail_goes_out_with_a_login_and_cannot_be_given_headers_by_a_message()
    {
        await using var mails = await MailServer.StartAsync(("surety", "pass word"));
        await using var sending = await Sending.StartAsync(
            Sending.Channel("mail", mail: Mail(mails, MailSecurity.None, "pass word"))
        );

        sending.Tell(Notices.Opened("shop", text: "it failed: línea\r\nBcc: somebody@example.com"));

        var mail = await mails.NextAsync();
        mail.From.ShouldBe("surety@example.com");
        mail.To.ShouldBe(["ops@example.com", "dba@example.com"]);
        mail.User.ShouldBe("surety");
        mail.Data.ShouldNotContain("\nBcc:");
        mail.Data.ShouldContain("Auto-Submitted: auto-generated");
    }

    [Fact]
    public async Task Somebody_who_has_left_keeps_no_mail_from_the_others_nor_is_it_sent_to_them_again()
    {
        await using var mails = await MailServer.StartAsync();
        var setting = MailTo(mails, "left-dba@example.com", "ops@example.com");
        await using var sending = await Sending.StartAsync(Sending.Channel("mail", mail: setting));

        sending.Tell(Notices.Opened("shop", text: "the first"));
        sending.Tell(Notices.Opened("crm", text: "the second"));

        var (first, second) = (await mails.NextAsync(), await mails.NextAsync());
        first.To.ShouldBe(["ops@example.com"]);
        first.Data.ShouldContain("the first");
        second.Data.ShouldContain("the second");
        await Eventually.Is(() => sending.Sender.Channels[0] is { Waiting: 0, Delivered: 2 });
        const string problem = "the mail server refused recipient 1 with 550 MailboxUnavailable, of 2";
        sending.Sender.Channels[0].Failure.ShouldBe(problem);
        (await TestAsync(sending, "mail")).Message.ShouldBe($"channel mail took the test, not for all: {problem}");
    }

    [Fact]
    public async Task Who_is_refused_for_now_gets_the_mail_later_and_nobody_gets_it_twice()
    {
        await using var mails = await MailServer.StartAsync();
        var setting = MailTo(mails, "ops@example.com", "grey-dba@example.com", "left-cto@example.com");
        await using var sending = await Sending.StartAsync(Sending.Channel("mail", mail: setting));

        sending.Tell(Notices.Opened("shop"));

        (await mails.NextAsync()).To.ShouldBe(["ops@example.com"]);
        (await mails.NextAsync()).To.ShouldBe(["grey-dba@example.com"]);
        await Eventually.Is(() => sending.Sender.Channels[0] is { Waiting: 0, Delivered: 1 });
    }

    [Fact]
    public async Task A_mail_that_some_are_refused_for_now_and_all_others_for_good_waits_for_those_alone()
    {
        await using var mails = await MailServer.StartAsync();
        var setting = MailTo(mails, "left-cto@example.com", "grey-left@example.com");
        await using var sending = await Sending.StartAsync(Sending.Channel("mail", mail: setting));

        sending.Tell(Notices.Opened("shop"));

        await Eventually.Is(() => sending.Sender.Channels[0].Failed >= 3);
        sending
            .Sender.Channels[0]
            .ShouldSatisfyAllConditions(mail => mail.Delivered.ShouldBe(0), mail => mail.Waiting.ShouldBe(1));
    }

    [Fact]
    public async Task A_mail_that_everybody_is_refused_is_not_taken()
    {
        await using var mails = await MailServer.StartAsync();
        var setting = MailTo(mails, "left-dba@example.com");
        await using var sending = await Sending.StartAsync(Sending.Channel("mail", mail: setting));

        (await TestAsync(sending, "mail")).Message.ShouldStartWith("channel mail did not take the test: ");
    }

    [Fact]
    public async Task A_mail_server_whose_certificate_is_not_trusted_gets_neither_password_nor_mail()
    {
        await using var mails = await MailServer.StartAsync(("surety", "pass word"));
        await using var sending = await Sending.StartAsync(
            Sending.Channel("mail", mail: Mail(mails, MailSecurity.StartTls, "pass word"))
        );

        var failure = await TestAsync(sending, "mail");

        failure.Message.ShouldEndWith("its TLS certificate is not valid");
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_it()
    {
        await using var mails = await MailServer.StartAsync(("surety", "pass word"));
        await using var sending = await Sending.StartAsync(
            Sending.Channel("mail", mail: Mail(mails, MailSecurity.None, "wrong word"))
        );

        var failure = await TestAsync(sending, "mail");

        failure.Code.ShouldBe(ErrorCode.AlertNotDelivered);
        failure.Message.ShouldContain("the mail server answered");
        failure.Message.ShouldNotContain("wrong word");
    }

    [Fact]
    public async Task Broken_channels_keep_nothing_from_the_others()
    {
        await using var sending = await Sending.StartAsync(
            Webhook("refused", new Uri($"http://127.0.0.1:{FreePort()}/secret-token")),
            Webhook("broken", "/500"),
            Webhook("elsewhere", "/redirect"),
            Webhook("silent", "/hang"),
            Webhook("good", "/good")
        );

        sending.Tell(Notices.Opened("shop"));
        sending.Tell(Notices.Opened("crm"));

        (await receiver.NextAsync()).Text("key").ShouldBe("backup-failed:shop");
        (await receiver.NextAsync()).Text("key").ShouldBe("backup-failed:crm");
        await Eventually.Is(() => sending.Sender.Channels.Count(channel => channel.Failure is not null) == 4);
        // That it was taken is noted once the answer is here.
        await Eventually.Is(() => sending.Sender.Channels.Single(channel => channel.Name == "good").Delivered == 2);
        var status = sending.Sender.Channels.ToDictionary(channel => channel.Name);
        status["refused"].Failure.ShouldBe("it could not be reached: ConnectionError");
        status["broken"].Failure.ShouldBe("it answered 500");
        status["elsewhere"].Failure.ShouldBe("it answered 302");
        status["silent"].Failure.ShouldBe("it did not answer within 0.2 s");
        status["broken"].Waiting.ShouldBe(2);
        status["good"]
            .ShouldSatisfyAllConditions(good => good.Waiting.ShouldBe(0), good => good.Failure.ShouldBeNull());
        sending.Sender.Channels.ShouldAllBe(channel => !$"{channel}".Contains("secret-token"));
    }

    [Fact]
    public async Task A_channel_gets_what_matters_enough_of_its_databases()
    {
        await using var sending = await Sending.StartAsync(
            Sending.Channel(
                "few",
                webhook: new WebhookSetting(Address("/few"), null),
                minimum: AlertSeverity.High,
                databases: new HashSet<string> { "shop" }
            )
        );

        sending.Tell(Notices.Opened("shop", AlertSeverity.Medium));
        sending.Tell(Notices.Opened("crm", AlertSeverity.Critical));
        sending.Tell(Notices.Opened("shop", AlertSeverity.High, text: "this one"));

        (await receiver.NextAsync()).Text("text").ShouldBe("this one");
        receiver.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_test_goes_to_one_channel_whatever_it_is_for()
    {
        await using var sending = await Sending.StartAsync(Webhook("one", "/one"), Webhook("two", "/two"));

        await sending.Sender.TestAsync("two", CancellationToken.None);

        var posted = await receiver.NextAsync();
        posted.Path.ShouldBe("/two");
        posted.Text("event").ShouldBe("test");
        receiver.IsEmpty.ShouldBeTrue();
        (await TestAsync(sending, "tow")).Code.ShouldBe(ErrorCode.ChannelNotFound);
    }

    private static Task<SuretyException> TestAsync(Sending sending, string channel) =>
        Should.ThrowAsync<SuretyException>(sending.Sender.TestAsync(channel, CancellationToken.None));

    private Uri Address(string path) => new(receiver.Address, path);

    private AlertChannelSetting Webhook(string name, string path, string? secret = null) =>
        Sending.Channel(name, webhook: new WebhookSetting(Address(path), secret));

    private static AlertChannelSetting Webhook(string name, Uri address) =>
        Sending.Channel(name, webhook: new WebhookSetting(address, null));

    private static MailSetting MailTo(MailServer server, params string[] recipients) =>
        new()
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Security = MailSecurity.None,
            From = new("surety@example.com"),
            To = [.. recipients.Select(address => new System.Net.Mail.MailAddress(address))],
        };

    private static MailSetting Mail(MailServer server, MailSecurity security, string password) =>
        new()
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Security = security,
            From = new("surety@example.com"),
            To = [new("ops@example.com"), new("dba@example.com")],
            User = "surety",
            Password = password,
        };

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
