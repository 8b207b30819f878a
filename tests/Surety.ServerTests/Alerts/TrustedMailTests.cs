using Surety.Testing;

namespace Surety.ServerTests.Alerts;

/// <summary>A server process of its own: what it trusts is read once for a process.</summary>
public sealed class TrustedMailTests : IDisposable
{
    private readonly ServerSetup setup = new();

    [Fact]
    public async Task Password_and_mail_go_over_TLS_to_a_server_whose_certificate_is_trusted()
    {
        var (certificate, key) = LoopbackIdentity.Make(setup);
        await using var mails = await MailServer.StartAsync(("surety", "pass word"), (certificate, key));
        // Nothing was ever backed up: there is something to tell as soon as it starts.
        setup.Database("shop", Unreached.Database(), "targets:\n  rpo: 1s").Section(Alerts(mails.Port)).Write();
        await RunningServer.MakeRepositoriesAsync(setup);
        using var server = ServerProcess.Start(
            setup,
            "state",
            environment: new Dictionary<string, string>
            {
                ["SSL_CERT_FILE"] = certificate,
                ["MAIL_PASSWORD"] = "pass word",
            }
        );

        var mail = await mails.NextAsync();

        mail.Secure.ShouldBeTrue();
        mail.User.ShouldBe("surety");
        mail.Data.ShouldContain("shop has no proven backup");
    }

    public void Dispose() => setup.Dispose();

    private static string Alerts(int port) =>
        $$"""
            alerts:
              channels:
                mail:
                  email:
                    host: 127.0.0.1
                    port: {{port}}
                    from: surety@example.com
                    to: [ops@example.com]
                    user: surety
                    password: ${MAIL_PASSWORD}
            """;
}
