using System.Globalization;
using Npgsql;

namespace Surety.Core.Postgres;

/// <summary>A <see cref="ConnectionTarget"/> in the forms that others want it in.</summary>
public static class ConnectionForms
{
    /// <summary>For Npgsql: one session per connection, no pool, no command timeout (the caller sets statement_timeout).</summary>
    public static NpgsqlConnectionStringBuilder ToNpgsql(this ConnectionTarget target, string applicationName)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = target.Host,
            Port = target.Port,
            Database = target.Database,
            Username = target.User,
            Password = target.Password,
            ApplicationName = applicationName,
            SslMode = target.IsUnixSocket ? SslMode.Disable : target.SslMode,
            ChannelBinding = target.ChannelBinding,
            Timeout = Math.Max(1, (int)target.ConnectTimeout.TotalSeconds),
            CommandTimeout = 0,
            Pooling = false,
            // The password file has been read by libpq's rules; Npgsql's own look-up has others.
            Passfile = "/dev/null",
            IncludeErrorDetail = false,
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        // Set to null, these would still count as given.
        if (target.RootCertificate is { } root)
        {
            builder.RootCertificate = root;
        }

        if (target.ClientCertificate is { } certificate)
        {
            builder.SslCertificate = certificate;
        }

        if (target.ClientKey is { } key)
        {
            builder.SslKey = key;
        }

        if (target.Options is { } options)
        {
            builder.Options = options;
        }

        return builder;
    }

    /// <summary>
    /// For PostgreSQL's own tools, so that no secret is ever an argument. A null value means that the variable must not be
    /// set, lest one that Surety has inherited leads the tool elsewhere.
    /// Source: PostgreSQL manual, 34.15 "Environment Variables".
    /// </summary>
    public static IReadOnlyDictionary<string, string> ToEnvironment(
        this ConnectionTarget target,
        string applicationName = "surety"
    ) =>
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PGHOST"] = target.Host,
            ["PGPORT"] = target.Port.ToString(CultureInfo.InvariantCulture),
            ["PGDATABASE"] = target.Database,
            ["PGUSER"] = target.User,
            ["PGPASSWORD"] = target.Password,
            ["PGAPPNAME"] = applicationName,
            ["PGOPTIONS"] = target.Options,
            ["PGSSLMODE"] = NameOf(target.SslMode),
            ["PGSSLROOTCERT"] = target.RootCertificate,
            ["PGSSLCERT"] = target.ClientCertificate,
            ["PGSSLKEY"] = target.ClientKey,
            ["PGCHANNELBINDING"] = target.ChannelBinding.ToString().ToLowerInvariant(),
            ["PGCONNECT_TIMEOUT"] = target.ConnectTimeout.TotalSeconds.ToString("0", CultureInfo.InvariantCulture),
            ["PGGSSENCMODE"] = "disable",
        }
            .Where(variable => variable.Value is not null)
            .ToDictionary(variable => variable.Key, variable => variable.Value!, StringComparer.Ordinal);

    private static string NameOf(SslMode mode) =>
        mode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            _ => mode.ToString().ToLowerInvariant(),
        };
}
