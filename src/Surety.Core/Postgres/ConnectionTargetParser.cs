using System.Globalization;
using Npgsql;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres;

/// <summary>
/// Makes a <see cref="ConnectionTarget"/> as libpq would: what the text says, else what its service says, else the PG*
/// environment, else the defaults; the password also from the password file.
/// Source: PostgreSQL manual, 34.1.1 "Connection Strings" and 34.1.2 "Parameter Key Words".
/// </summary>
public static class ConnectionTargetParser
{
    internal const string DefaultSocketFolder = "/var/run/postgresql";

    private static readonly Dictionary<string, string> VariableOf = new(StringComparer.Ordinal)
    {
        ["host"] = "PGHOST",
        ["hostaddr"] = "PGHOSTADDR",
        ["port"] = "PGPORT",
        ["dbname"] = "PGDATABASE",
        ["user"] = "PGUSER",
        ["password"] = "PGPASSWORD",
        ["passfile"] = "PGPASSFILE",
        ["sslmode"] = "PGSSLMODE",
        ["sslrootcert"] = "PGSSLROOTCERT",
        ["sslcert"] = "PGSSLCERT",
        ["sslkey"] = "PGSSLKEY",
        ["options"] = "PGOPTIONS",
        ["channel_binding"] = "PGCHANNELBINDING",
        ["connect_timeout"] = "PGCONNECT_TIMEOUT",
        ["service"] = "PGSERVICE",
    };

    // Where distributions keep the authorities that the system trusts; libpq before 16 can't be told to look there.
    private static readonly string[] SystemRoots =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    /// <summary>Parameters with no effect here: Surety names its sessions, pins their encoding, and keeps them alive.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "application_name",
        "fallback_application_name",
        "client_encoding",
        "keepalives",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "sslcompression",
        "sslsni",
    };

    /// <summary>Understands a URL, a keyword string or a database name; null or empty leaves all to the environment.</summary>
    /// <param name="text">What the person gave, for example <c>--db</c>. It may hold a password: no message quotes it.</param>
    /// <param name="environment">The process's variables; PG* and HOME are looked at.</param>
    /// <param name="warn">Receives what was ignored and why, for example an unprotected password file.</param>
    /// <exception cref="SuretyException"><see cref="ErrorCode.InvalidArgument"/>, naming the parameter.</exception>
    public static ConnectionTarget Parse(
        string? text,
        IReadOnlyDictionary<string, string?> environment,
        Action<string>? warn = null
    )
    {
        var settings = ConnectionText.Read(text ?? "");
        foreach (var name in settings.Keys)
        {
            RequireKnown(name);
        }

        AddService(settings, environment);
        foreach (var (name, variable) in VariableOf)
        {
            if (environment.TryGetValue(variable, out var value) && !string.IsNullOrEmpty(value))
            {
                settings.TryAdd(name, value);
            }
        }
        return Build(settings, environment, warn ?? (_ => { }));
    }

    internal static SuretyException Invalid(string what, string hint) =>
        new(ErrorCode.InvalidArgument, $"{what}; nothing was changed", hint);

    private static void RequireKnown(string name)
    {
        if (
            !VariableOf.ContainsKey(name)
            && !WithoutEffect.Contains(name)
            && name is not ("gssencmode" or "target_session_attrs")
        )
        {
            throw Invalid(
                $"the connection parameter \"{name}\" is not known",
                $"remove it; known are {string.Join(", ", VariableOf.Keys.Order(StringComparer.Ordinal))}"
            );
        }
    }

    private static void AddService(
        Dictionary<string, string> settings,
        IReadOnlyDictionary<string, string?> environment
    )
    {
        var service = settings.GetValueOrDefault("service") ?? environment.GetValueOrDefault("PGSERVICE");
        if (string.IsNullOrEmpty(service))
        {
            return;
        }

        foreach (var (name, value) in ServiceFile.Read(service, environment))
        {
            RequireKnown(name);
            settings.TryAdd(name, value);
        }
    }

    private static ConnectionTarget Build(
        Dictionary<string, string> settings,
        IReadOnlyDictionary<string, string?> environment,
        Action<string> warn
    )
    {
        RefuseWhatIsNotCovered(settings);
        var folder = UserFolder(environment);
        var user = Get("user") ?? Environment.UserName;
        var database = Get("dbname") ?? user;
        var named = Get("host") ?? Get("hostaddr") ?? DefaultHost();
        var port = Port(Get("port"));
        var (mode, root) = Trust(Get("sslmode"), Get("sslrootcert"), IfExists("root.crt"));
        var certificate = Get("sslcert") ?? IfExists("postgresql.crt");
        return new ConnectionTarget
        {
            Host = Get("hostaddr") ?? named,
            Port = port,
            Database = database,
            User = user,
            Password =
                Get("password") ?? PasswordFile.Find(named, port, database, user, Get("passfile"), environment, warn),
            SslMode = mode,
            RootCertificate = root,
            ClientCertificate = certificate,
            ClientKey = certificate is null ? null : Get("sslkey") ?? IfExists("postgresql.key"),
            ChannelBinding = Binding(Get("channel_binding")),
            ConnectTimeout = Timeout(Get("connect_timeout")),
            Options = Get("options"),
        };

        string? Get(string name) => settings.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

        string? IfExists(string name) =>
            folder is not null && Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;
    }

    private static void RefuseWhatIsNotCovered(Dictionary<string, string> settings)
    {
        foreach (var name in (ReadOnlySpan<string>)["host", "hostaddr", "port"])
        {
            if (settings.GetValueOrDefault(name)?.Contains(',', StringComparison.Ordinal) == true)
            {
                throw Invalid(
                    $"the connection parameter \"{name}\" names several servers",
                    "name the one server to work with: a backup and its rollback belong to one"
                );
            }
        }
        if (settings.GetValueOrDefault("gssencmode") == "require")
        {
            throw Invalid("gssencmode=require is not supported", "use TLS: sslmode=require or stronger");
        }

        if (settings.GetValueOrDefault("target_session_attrs") is { } wanted and not ("any" or ""))
        {
            throw Invalid($"target_session_attrs={wanted} is not supported", "name the one server to work with");
        }
        // With both, libpq connects to the address and checks the certificate against the name; Npgsql can't.
        if (
            settings.GetValueOrDefault("sslmode") == "verify-full"
            && settings.TryGetValue("hostaddr", out var address)
            && settings.TryGetValue("host", out var host)
            && address != host
        )
        {
            throw Invalid("hostaddr together with host and sslmode=verify-full is not supported", "leave hostaddr out");
        }
    }

    private static string DefaultHost() => Directory.Exists(DefaultSocketFolder) ? DefaultSocketFolder : "localhost";

    private static string? UserFolder(IReadOnlyDictionary<string, string?> environment) =>
        environment.GetValueOrDefault("HOME") is { Length: > 0 } home ? Path.Combine(home, ".postgresql") : null;

    private static int Port(string? text)
    {
        if (text is null)
        {
            return 5432;
        }

        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? port
            : throw Invalid("the connection parameter \"port\" is not a port number", "give a number from 1 to 65535");
    }

    private static (SslMode Mode, string? Root) Trust(string? mode, string? root, string? userRoot)
    {
        if (root == "system")
        {
            return mode is null or "verify-full"
                ? (SslMode.VerifyFull, Array.Find(SystemRoots, File.Exists))
                : throw Invalid($"sslrootcert=system does not go with sslmode={mode}", "use sslmode=verify-full");
        }

        root ??= userRoot;
        return mode switch
        {
            null or "prefer" => (SslMode.Prefer, root),
            "disable" => (SslMode.Disable, root),
            "allow" => (SslMode.Allow, root),
            // As libpq has it: an authority's certificate that is there is used.
            "require" => (root is null ? SslMode.Require : SslMode.VerifyCA, root),
            "verify-ca" => (SslMode.VerifyCA, root ?? Array.Find(SystemRoots, File.Exists)),
            "verify-full" => (SslMode.VerifyFull, root ?? Array.Find(SystemRoots, File.Exists)),
            _ => throw Invalid(
                "the connection parameter \"sslmode\" has an unknown value",
                "use disable, allow, prefer, require, verify-ca or verify-full"
            ),
        };
    }

    private static ChannelBinding Binding(string? text) =>
        text switch
        {
            null or "prefer" => ChannelBinding.Prefer,
            "disable" => ChannelBinding.Disable,
            "require" => ChannelBinding.Require,
            _ => throw Invalid(
                "the connection parameter \"channel_binding\" has an unknown value",
                "use disable, prefer or require"
            ),
        };

    private static TimeSpan Timeout(string? text)
    {
        if (text is null)
        {
            return TimeSpan.FromSeconds(15);
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            throw Invalid("the connection parameter \"connect_timeout\" is not a number", "give it in seconds");
        }
        // libpq: zero and less wait for ever, which no unattended backup wants.
        return seconds <= 0 ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(seconds);
    }
}
