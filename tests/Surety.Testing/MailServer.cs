using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;

namespace Surety.Testing;

/// <summary>A mail server on loopback (eng/smtp/server.js) that keeps what it takes. It ends with this process, however that ends.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly Process process;
    private readonly Channel<TakenMail> taken = Channel.CreateUnbounded<TakenMail>();
    private readonly Task reading;

    private MailServer(Process process, int port)
    {
        (this.process, Port) = (process, port);
        reading = ReadAsync();
    }

    public int Port { get; }

    /// <param name="login">User and password that it asks for; it asks for none by itself.</param>
    /// <param name="identity">PEM files of its certificate and key; without them it has one that nobody trusts.</param>
    public static async Task<MailServer> StartAsync(
        (string User, string Password)? login = null,
        (string Certificate, string Key)? identity = null
    )
    {
        var folder = Path.Combine(ProjectFolders.Root, "eng", "smtp");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            throw new InvalidOperationException(
                $"the mail server is not installed; ./test.sh does it, or: npm ci --prefix {folder}"
            );
        }

        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(folder, "server.js") },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (login is var (user, password))
        {
            start.ArgumentList.Add(user);
            start.ArgumentList.Add(password);
        }

        if (identity is var (certificate, key))
        {
            start.Environment["MAIL_CERTIFICATE"] = certificate;
            start.Environment["MAIL_KEY"] = key;
        }

        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var port =
            await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("the mail server ended before it listened");
        return new MailServer(process, int.Parse(port, CultureInfo.InvariantCulture));
    }

    /// <summary>The next mail that it takes, or took already.</summary>
    public async Task<TakenMail> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await taken.Reader.ReadAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            taken.Writer.TryWrite(JsonSerializer.Deserialize<TakenMail>(line, JsonSerializerOptions.Web)!);
        }
    }
}

/// <param name="From">Of the envelope.</param>
/// <param name="To">Of the envelope.</param>
/// <param name="User">Who signed in; null for nobody.</param>
/// <param name="Secure">True where it came over TLS.</param>
/// <param name="Data">Headers and body as they came.</param>
public sealed record TakenMail(string From, IReadOnlyList<string> To, string? User, bool Secure, string Data);
