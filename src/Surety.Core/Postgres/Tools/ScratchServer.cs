using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Tools;

/// <summary>
/// A throw-away PostgreSQL server of Surety's own. A small shell supervises it and holds the end of a pipe: when the pipe
/// closes, because this object is disposed or because Surety was killed, the shell stops the server and removes its
/// folder.
/// </summary>
public sealed class ScratchServer : IAsyncDisposable
{
    private const string Script = "scratch-server.sh";
    private const string Shell = "/bin/sh";
    private const string Superuser = "postgres";
    private const int SocketPort = 5432;

    // sun_path holds 104 bytes on macOS and 108 on Linux, the name of the socket included.
    private const int LongestFolder = 104 - 1 - 20;

    private readonly ScratchFolder folder;
    private readonly Process supervisor;

    private ScratchServer(ScratchFolder folder, Process supervisor, ToolVersion version, ConnectionTarget target)
    {
        this.folder = folder;
        this.supervisor = supervisor;
        Version = version;
        Target = target;
    }

    /// <summary>Its database <c>postgres</c>, as its superuser <c>postgres</c>.</summary>
    public ConnectionTarget Target { get; }

    public ToolVersion Version { get; }

    /// <summary>Where its data is; deleted with it.</summary>
    public string DataFolder => Path.Combine(folder.Path, "data");

    /// <summary>Makes a server and waits until it accepts connections. Removes what dead Sureties left behind first.</summary>
    /// <param name="tools">The programs to run it with: <see cref="ToolLocator.ServerAsync"/>.</param>
    /// <param name="options">How it differs from the usual scratch server.</param>
    /// <param name="cancellationToken">Cancelling leaves nothing behind either.</param>
    /// <exception cref="SuretyException">
    /// <see cref="ErrorCode.ScratchServerFailed"/>, with what the server said; nothing of it is left.
    /// </exception>
    public static async Task<ScratchServer> StartAsync(
        PostgresTools tools,
        ScratchServerOptions options,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var parent = Parent(options);
        await RemoveAbandonedAsync(parent, cancellationToken);

        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        int? port = options.ListenOnLoopback ? FreePort() : null;
        var folder = ScratchFolder.Create(parent);
        var target = new ConnectionTarget
        {
            Host = port is null ? folder.Path : IPAddress.Loopback.ToString(),
            Port = port ?? SocketPort,
            Database = "postgres",
            User = Superuser,
            Password = port is null ? null : password,
        };

        var server = new ScratchServer(folder, Launch(folder, tools, options, password, port), tools.Version, target);
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server and waits until it and its folder are gone.</summary>
    /// <exception cref="SuretyException"><see cref="ErrorCode.ScratchServerFailed"/> where they are not.</exception>
    public async ValueTask DisposeAsync()
    {
        supervisor.StandardInput.Close();
        await supervisor.WaitForExitAsync();
        supervisor.Dispose();
        folder.Dispose();
        if (Directory.Exists(folder.Path))
        {
            throw new SuretyException(
                ErrorCode.ScratchServerFailed,
                $"the scratch server's folder {folder.Path} could not be removed; your databases were not touched",
                "look for a postgres process that still uses it, then delete the folder"
            );
        }
    }

    /// <summary>Removes the servers and folders of Sureties that were killed before they could.</summary>
    public static async Task RemoveAbandonedAsync(string parent, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var path in ScratchFolder.Abandoned(parent).ToList())
        {
            using var cleaner = Supervise(["clean", path]);
            cleaner.StandardInput.Close();
            await cleaner.WaitForExitAsync(cancellationToken);
        }
    }

    /// <summary>The folder that scratch servers are made in unless told otherwise.</summary>
    public static string DefaultParent
    {
        get
        {
            var temporary = Path.TrimEndingDirectorySeparator(Path.GetTempPath());
            return IsShort(temporary) ? temporary : "/tmp";
        }
    }

    private static string Parent(ScratchServerOptions options)
    {
        var parent = Path.GetFullPath(options.ParentFolder ?? DefaultParent);
        return IsShort(parent)
            ? parent
            : throw new SuretyException(
                ErrorCode.ScratchServerFailed,
                $"the folder {parent} is too long a path for a unix socket; nothing was changed",
                "choose a shorter folder for temporary files (TMPDIR)"
            );
    }

    // surety-scratch-PID-XXXXXXXX is made in it.
    private static bool IsShort(string parent) => Encoding.UTF8.GetByteCount(parent) + 34 <= LongestFolder;

    private static Process Launch(
        ScratchFolder folder,
        PostgresTools tools,
        ScratchServerOptions options,
        string password,
        int? port
    )
    {
        try
        {
            folder.Write("password", password + "\n");
            folder.Write("settings.conf", ScratchSettings.Write(folder.Path, port, options.Settings));
            return Supervise(["run", folder.Path, tools.Folder, .. InitDbArguments(options)]);
        }
        catch
        {
            using (folder)
            {
                folder.Remove();
            }

            throw;
        }
    }

    private static Process Supervise(string[] arguments)
    {
        using var script = typeof(ScratchServer).Assembly.GetManifestResourceStream(Script)!;
        using var reader = new StreamReader(script);
        string[] shellArguments = ["-c", reader.ReadToEnd(), "surety-scratch", .. arguments];
        return DetachedProcess.Start(Shell, shellArguments, new Dictionary<string, string>());
    }

    private static string[] InitDbArguments(ScratchServerOptions options) =>
        [
            $"--username={Superuser}",
            $"--encoding={options.Encoding}",
            $"--locale={options.Locale}",
            // The socket's folder is closed to everybody else; the loopback is not.
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--no-sync",
            "--no-instructions",
            .. options.InitDbArguments,
        ];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        // A read from a pipe does not always notice cancellation: the wait does.
        var first = await ReadAsync(supervisor.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask());
        if (first == "ready")
        {
            return;
        }

        var rest = await ReadAsync(supervisor.StandardOutput.ReadToEndAsync(CancellationToken.None));
        throw new SuretyException(
            ErrorCode.ScratchServerFailed,
            $"the scratch server did not start; nothing of it is left, and your databases were not touched. It said:\n{first}\n{rest}".TrimEnd(),
            "see what the server said; SURETY_PG_BIN chooses other PostgreSQL programs"
        );

        async Task<T> ReadAsync<T>(Task<T> reading) => await reading.WaitAsync(cancellationToken);
    }
}
