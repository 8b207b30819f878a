using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// TLS as libpq's <c>sslmode</c> asks for it: only encryption up to <c>require</c>, a trusted chain from
/// <c>verify-ca</c>, and the host's name with <c>verify-full</c>. Source: PostgreSQL manual, 34.19 "SSL Support".
/// </summary>
internal static class TlsHandshake
{
    public static SslStream Run(Stream transport, ConnectionTarget target)
    {
        var problem = SslPolicyErrors.None;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = target.Host,
            CertificateChainPolicy = TrustOf(target),
            RemoteCertificateValidationCallback = (_, _, _, errors) =>
                (problem = Relevant(errors, target.SslMode)) == SslPolicyErrors.None,
            ClientCertificateContext = ClientCertificateOf(target),
        };
        var tls = new SslStream(transport, leaveInnerStreamOpen: false);
        try
        {
            tls.AuthenticateAsClient(options);
            return tls;
        }
        catch (AuthenticationException e)
        {
            tls.Dispose();
            throw Failed(target, problem, e);
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }

    private static SslPolicyErrors Relevant(SslPolicyErrors errors, SslMode mode) =>
        mode switch
        {
            SslMode.VerifyFull => errors,
            SslMode.VerifyCA => errors & ~SslPolicyErrors.RemoteCertificateNameMismatch,
            _ => SslPolicyErrors.None,
        };

    private static X509ChainPolicy TrustOf(ConnectionTarget target)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (target.RootCertificate is { } file)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(
                Read(
                    file,
                    "sslrootcert",
                    path =>
                    {
                        var roots = new X509Certificate2Collection();
                        roots.ImportFromPemFile(path);
                        return roots;
                    }
                )
            );
        }
        return policy;
    }

    private static SslStreamCertificateContext? ClientCertificateOf(ConnectionTarget target)
    {
        if (target.ClientCertificate is not { } file)
        {
            return null;
        }

        var certificate = Read(file, "sslcert", path => X509Certificate2.CreateFromPemFile(path, target.ClientKey));
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(file);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private static T Read<T>(string file, string parameter, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SuretyException(
                ErrorCode.InvalidConfiguration,
                $"cannot use {parameter} file {file}: {e.Message}; nothing was changed",
                "the file must be readable and in PEM form",
                e
            );
        }
    }

    private static SuretyException Failed(ConnectionTarget target, SslPolicyErrors problem, AuthenticationException e)
    {
        if (problem.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return ServerErrors.Unreachable(
                target,
                $"the server's certificate is not for \"{target.Host}\"",
                "connect by the name that the certificate holds; sslmode=verify-ca leaves the name unchecked",
                e
            );
        }

        if (problem != SslPolicyErrors.None)
        {
            return ServerErrors.Unreachable(
                target,
                "the server's certificate is not trusted",
                "name the certificate authority's file with sslrootcert",
                e
            );
        }

        return ServerErrors.Unreachable(target, $"TLS failed: {e.InnerException?.Message ?? e.Message}", null, e);
    }
}
