using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using Surety.Core.Postgres;

namespace Surety.IntegrationTests.Wire;

[CollectionDefinition(nameof(AuthServer))]
public sealed class AuthServerCollection : ICollectionFixture<AuthServer>;

/// <summary>
/// A private PostgreSQL that speaks every authentication, on a unix socket and on loopback with TLS. The certificate is
/// for <c>localhost</c> only, so that 127.0.0.1 is the wrong name.
/// </summary>
public sealed class AuthServer : IDisposable
{
    public const string Password = "pass word'\\:@/%?é";

    private const string Rules = """
        local   all root            peer map=surety
        local   all all             trust
        host    all trusted         127.0.0.1/32 trust
        host    all clear           127.0.0.1/32 password
        host    all hashed          127.0.0.1/32 md5
        host    all scram           127.0.0.1/32 scram-sha-256
        hostssl all only_tls        127.0.0.1/32 scram-sha-256
        hostnossl all only_plain    127.0.0.1/32 scram-sha-256
        hostssl all certified       127.0.0.1/32 cert
        host    all kerberos        127.0.0.1/32 gss
        """;

    private static readonly string[] Roles =
    [
        "clear",
        "scram",
        "only_tls",
        "only_plain",
        "trusted",
        "certified",
        "kerberos",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("surety-auth-").FullName;

    public AuthServer()
    {
        Port = FreePort();
        Certificates = new TestCertificates(folder);
        // SHA-384: channel binding has to hash with the certificate's own algorithm.
        var (certificate, key) = Certificates.Issue("localhost", HashAlgorithmName.SHA384);
        Client = Certificates.Issue("certified", HashAlgorithmName.SHA256);
        GiveAway();
        RunAsServer(Tool("initdb"), "-D", Data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync");
        Write("pg_hba.conf", Rules);
        Write("pg_ident.conf", $"surety {Environment.UserName} root\n");
        GiveAway();
        string[] settings =
        [
            $"port={Port}",
            "listen_addresses=127.0.0.1",
            $"unix_socket_directories={folder}",
            "fsync=off",
            "max_connections=40",
            "ssl=on",
            $"ssl_cert_file={certificate}",
            $"ssl_key_file={key}",
            $"ssl_ca_file={Certificates.AuthorityFile}",
        ];
        var options = string.Join(' ', settings.Select(setting => $"-c {setting}"));
        RunAsServer(Tool("pg_ctl"), "-D", Data, "-w", "-l", Path.Combine(folder, "log"), "-o", options, "start");
        CreateRoles();
    }

    public int Port { get; }

    internal TestCertificates Certificates { get; }

    internal (string Certificate, string Key) Client { get; }

    internal string Folder => folder;

    /// <summary>A superuser on the unix socket.</summary>
    internal ConnectionTarget Socket => Tcp("postgres") with { Host = folder, Password = null };

    /// <summary>A role on loopback, with its password.</summary>
    internal ConnectionTarget Tcp(string role) =>
        new()
        {
            Host = "127.0.0.1",
            Port = Port,
            Database = "postgres",
            User = role,
            Password = Password,
            SslMode = SslMode.Disable,
        };

    internal NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(Socket.ToNpgsql("test").ConnectionString);
        connection.Open();
        return connection;
    }

    internal void Execute(string sql)
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    internal T Scalar<T>(string sql)
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(sql, connection);
        return (T)command.ExecuteScalar()!;
    }

    /// <summary>Waits until the server says so; fails where it never does.</summary>
    internal void WaitUntil(string condition)
    {
        var deadline = Stopwatch.StartNew();
        while (!Scalar<bool>($"SELECT {condition}"))
        {
            deadline.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), condition);
        }
    }

    public void Dispose()
    {
        RunAsServer(Tool("pg_ctl"), "-D", Data, "-m", "immediate", "stop");
        Directory.Delete(folder, recursive: true);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a program as the user whom PostgreSQL and pgbouncer accept: not root.</summary>
    internal static ProcessStartInfo AsServerUser(string program, params string[] arguments)
    {
        string[] prefix = IsRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        string[] words = [.. prefix, program, .. arguments];
        return new ProcessStartInfo(words[0], words[1..]) { WorkingDirectory = Path.GetTempPath() };
    }

    internal void GiveAway()
    {
        if (IsRoot)
        {
            Run(new ProcessStartInfo("chown", ["-R", "postgres", folder]));
        }
    }

    private static bool IsRoot => Environment.UserName == "root";

    private string Data => Path.Combine(folder, "data");

    private void CreateRoles()
    {
        var quoted = $"'{Password.Replace("'", "''", StringComparison.Ordinal)}'";
        foreach (var role in Roles)
        {
            Execute($"CREATE ROLE {role} LOGIN PASSWORD {quoted}");
        }

        Execute("CREATE ROLE root LOGIN");
        Execute($"SET password_encryption = md5; CREATE ROLE hashed LOGIN PASSWORD {quoted}");
    }

    private void Write(string name, string content)
    {
        using var file = new StreamWriter(Path.Combine(Data, name));
        file.Write(content);
    }

    private static void RunAsServer(string program, params string[] arguments) => Run(AsServerUser(program, arguments));

    private static void Run(ProcessStartInfo start)
    {
        // To a file of no interest rather than a pipe: the server would inherit the pipe and keep it open.
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{start.FileName} {string.Join(' ', start.ArgumentList)}");
    }

    private static string Tool(string name)
    {
        var folder =
            Environment.GetEnvironmentVariable("SURETY_PG_BIN")
            ?? Directory
                .GetDirectories("/usr/lib/postgresql")
                .MaxBy(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)) + "/bin";
        return Path.Combine(folder, name);
    }
}
