using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Surety.ServerTests;

/// <summary>PEM files of a certificate for 127.0.0.1 that vouches for itself, and of its key.</summary>
internal sealed record LoopbackIdentity(string Certificate, string Key)
{
    public static LoopbackIdentity Make(ServerSetup setup)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=loopback of a test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return new LoopbackIdentity(
            Write(setup, "identity.crt", certificate.ExportCertificatePem()),
            Write(setup, "identity.key", key.ExportPkcs8PrivateKeyPem())
        );
    }

    private static string Write(ServerSetup setup, string name, string pem)
    {
        var path = Path.Join(setup.Folder, name);
        File.WriteAllText(path, pem);
        return path;
    }
}
