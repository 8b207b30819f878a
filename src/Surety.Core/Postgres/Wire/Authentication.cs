using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Npgsql;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Wire;

/// <summary>The server wants an authentication that this connection doesn't speak (GSSAPI, SSPI, ...): use Npgsql.</summary>
internal sealed class AuthenticationNotCoveredException(int method)
    : Exception($"authentication request {method} is not covered by the blocking session");

/// <summary>
/// Answers the server's authentication requests: trust, peer and cert need nothing; password, md5 and SCRAM are
/// answered. Source: PostgreSQL manual, 55.2.1 "Start-up" and 55.3 "SASL Authentication".
/// </summary>
internal sealed class Authentication(ConnectionTarget target, ServerLink link)
{
    private const int Ok = 0;
    private const int CleartextPassword = 3;
    private const int Md5Password = 5;
    private const int Sasl = 10;
    private const int SaslContinue = 11;
    private const int SaslFinal = 12;

    private ScramExchange? scram;
    private bool serverProven;
    private bool bound;

    /// <summary>Handles one request. True where the server is satisfied.</summary>
    public bool Answer(ReadOnlySpan<byte> request)
    {
        var reader = new PayloadReader(request);
        var method = reader.Int32();
        switch (method)
        {
            case Ok:
                Conclude();
                return true;
            case CleartextPassword:
                SendPassword(RequirePassword());
                return false;
            case Md5Password:
                SendPassword(Md5(RequirePassword(), target.User, reader.Bytes(4)));
                return false;
            case Sasl:
                StartScram(Mechanisms(reader));
                return false;
            case SaslContinue when scram is not null:
                Send(
                    new PayloadWriter(MessageType.PasswordMessage).Bytes(
                        Encoding.UTF8.GetBytes(scram.ClientFinal(Encoding.UTF8.GetString(reader.Rest)))
                    )
                );
                return false;
            case SaslFinal when scram is not null:
                serverProven = scram.IsProvenBy(Encoding.UTF8.GetString(reader.Rest));
                if (!serverProven)
                {
                    throw Suspicious("the server could not prove that it knows the password");
                }

                return false;
            default:
                throw new AuthenticationNotCoveredException(method);
        }
    }

    private void Conclude()
    {
        if (scram is not null && !serverProven)
        {
            throw Suspicious("the server skipped the proof that it knows the password");
        }

        if (target.ChannelBinding == ChannelBinding.Require && !bound)
        {
            throw ServerErrors.NotAuthenticated(
                target,
                "channel_binding=require, and the server did not bind the authentication to TLS",
                "channel binding needs TLS and a SCRAM password at the server"
            );
        }
    }

    private void StartScram(IReadOnlyList<string> mechanisms)
    {
        var hash = link.ServerCertificate is { } certificate ? EndPointHash(certificate) : null;
        bound =
            hash is not null
            && target.ChannelBinding != ChannelBinding.Disable
            && mechanisms.Contains("SCRAM-SHA-256-PLUS");
        if (!bound && !mechanisms.Contains("SCRAM-SHA-256"))
        {
            throw new AuthenticationNotCoveredException(Sasl);
        }

        var binding =
            bound ? ChannelBindingData.To(hash!)
            : hash is null || target.ChannelBinding == ChannelBinding.Disable ? ChannelBindingData.Impossible
            : ChannelBindingData.NotOffered;
        scram = new ScramExchange(RequirePassword(), ScramExchange.NewNonce(), binding);
        var first = Encoding.UTF8.GetBytes(scram.ClientFirst);
        Send(
            new PayloadWriter(MessageType.PasswordMessage)
                .Text(bound ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256", Encoding.ASCII)
                .Int32(first.Length)
                .Bytes(first)
        );
    }

    private static List<string> Mechanisms(PayloadReader reader)
    {
        var mechanisms = new List<string>();
        while (reader.Rest is not ([] or [0]))
        {
            mechanisms.Add(reader.Text(Encoding.ASCII));
        }

        return mechanisms;
    }

    /// <summary>RFC 5929, 4.1: the hash of the certificate's signature, where that is MD5 or SHA-1, SHA-256.</summary>
    private static byte[]? EndPointHash(X509Certificate2 certificate)
    {
        var der = certificate.RawDataMemory.Span;
        return certificate.SignatureAlgorithm.Value switch
        {
            "1.2.840.113549.1.1.4" // md5WithRSA
            or "1.2.840.113549.1.1.5" // sha1WithRSA
            or "1.2.840.10045.4.1" // ecdsaWithSHA1
            or "1.2.840.113549.1.1.11" // sha256WithRSA
            or "1.2.840.10045.4.3.2" // ecdsaWithSHA256
            => SHA256.HashData(der),
            "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(der),
            "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(der),
            _ => null,
        };
    }

    private string RequirePassword() =>
        target.Password
        ?? throw ServerErrors.NotAuthenticated(
            target,
            "the server asks for a password, and none is known",
            "put it into the URL, PGPASSWORD or .pgpass"
        );

    private SuretyException Suspicious(string reason) =>
        ServerErrors.NotAuthenticated(target, reason, "something else may be answering in the server's place");

    private void SendPassword(string answer) =>
        Send(new PayloadWriter(MessageType.PasswordMessage).Text(answer, Encoding.UTF8));

    private void Send(PayloadWriter message) => link.Send(message.ToMessage());

#pragma warning disable CA5351 // The server chose MD5, and there is no other answer to it.
    private static string Md5(string password, string user, ReadOnlySpan<byte> salt)
    {
        var inner = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(password + user)));
        return "md5" + Convert.ToHexStringLower(MD5.HashData([.. Encoding.ASCII.GetBytes(inner), .. salt]));
    }
#pragma warning restore CA5351
}
