using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Surety.IntegrationTests.Wire;

/// <summary>
/// A certificate authority of the test's own, and a second one that nobody trusts. All as PEM files in one folder.
/// </summary>
internal sealed class TestCertificates
{
    private readonly string folder;
    private readonly X509Certificate2 authority;

    public TestCertificates(string folder)
    {
        this.folder = folder;
        authority = CreateAuthority("surety test authority");
        AuthorityFile = Write("authority.pem", authority.ExportCertificatePem());
        StrangerFile = Write("stranger.pem", CreateAuthority("a stranger").ExportCertificatePem());
    }

    public string AuthorityFile { get; }
    public string StrangerFile { get; }

    /// <param name="name">The common name: the host of a server, the role of a client.</param>
    /// <param name="hash">With which the authority signs.</param>
    public (string Certificate, string Key) Issue(string name, HashAlgorithmName hash)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, hash, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            authority.SubjectName,
            X509SignatureGenerator.CreateForRSA(authority.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1),
            authority.NotBefore,
            authority.NotAfter,
            RandomNumberGenerator.GetBytes(8)
        );
        return (
            Write($"{name}.crt", certificate.ExportCertificatePem()),
            Write($"{name}.key", key.ExportPkcs8PrivateKeyPem())
        );
    }

    private static X509Certificate2 CreateAuthority(string name)
    {
        var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private string Write(string name, string pem)
    {
        var path = Path.Combine(folder, name);
        using (var file = new StreamWriter(path))
        {
            file.Write(pem);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}
