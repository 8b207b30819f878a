using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Surety.Testing;

namespace Surety.ServerTests.Alerts;

/// <summary>A server process of its own: what it trusts is read once for a process.</summary>
public sealed class TrustedMailTests : IDisposable
{
    private readonly ServerSetup setup = new();

    [Fact]
    public async Task Password_and_mail_go_over_TLS_to_a_server_whose_certificate_is_trusted()
    {
        var (certificate, key) = MakeIdentity();
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

    /// <summary>PEM files of a certificate that vouches for itself, and of its key.</summary>
    private (string Certificate, string Key) MakeIdentity()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail of a test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return (
            Write("mail.crt", certificate.ExportCertificatePem()),
            Write("mail.key", key.ExportPkcs8PrivateKeyPem())
        );
    }

    private string Write(string name, string pem)
    {
        var path = Path.Join(setup.Folder, name);
        File.WriteAllText(path, pem);
        return path;
    }
}
