using Npgsql;

namespace Surety.Core.Postgres;

/// <summary>
/// Which database to talk to and how. Made from a URL, keywords or the PG*
/// environment; handed to Npgsql, to the blocking COPY connection and, as environment, to PostgreSQL's own tools.
/// </summary>
public sealed record ConnectionTarget
{
    /// <summary>A host name, an address, or the folder of a unix socket (starts with <c>/</c>).</summary>
    public required string Host { get; init; }
    public int Port { get; init; } = 5432;
    public required string Database { get; init; }
    public required string User { get; init; }

    /// <summary>A secret: never in a message, a log, the journal or an argument.</summary>
    public string? Password { get; init; }

    public SslMode SslMode { get; init; } = SslMode.Prefer;

    /// <summary>Files of <c>sslrootcert</c>, <c>sslcert</c> and <c>sslkey</c>.</summary>
    public string? RootCertificate { get; init; }
    public string? ClientCertificate { get; init; }
    public string? ClientKey { get; init; }

    /// <summary>Whether SCRAM must be bound to the TLS connection (<c>channel_binding</c>).</summary>
    public ChannelBinding ChannelBinding { get; init; } = ChannelBinding.Prefer;

    /// <summary>How long connecting may take, per address, authentication included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Start-up options (<c>-c name=value ...</c>), else null.</summary>
    public string? Options { get; init; }

    /// <summary>True where the host is a folder that holds a unix socket.</summary>
    public bool IsUnixSocket => Host.StartsWith('/');

    /// <summary>Where the server listens, for people: <c>host:port</c> or the path of the socket.</summary>
    public string Endpoint => IsUnixSocket ? $"{Host}/.s.PGSQL.{Port}" : $"{UrlHost}:{Port}";

    private string UrlHost => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

    /// <summary>The same server and role, another database.</summary>
    public ConnectionTarget WithDatabase(string database) => this with { Database = database };

    /// <summary>For people: <c>postgres://user@host:port/database</c>, without the password.</summary>
    public override string ToString() =>
        IsUnixSocket
            ? $"postgres://{User}@/{Database}?host={Host}&port={Port}"
            : $"postgres://{User}@{UrlHost}:{Port}/{Database}";
}
