using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Surety.Bench;

/// <summary>A real <c>surety serve</c> over one database and one repository, and clients with an operator's token each.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly Process process;

    private BenchServer(Process process, IReadOnlyList<HttpClient> clients) =>
        (this.process, Clients) = (process, clients);

    public IReadOnlyList<HttpClient> Clients { get; }

    public HttpClient Client => Clients[0];

    /// <param name="program">As <c>surety</c>.</param>
    /// <param name="folder">Gets its configuration and its state.</param>
    /// <param name="repository">Folder of the repository, which is there.</param>
    /// <param name="database">Its name, which is all of its address.</param>
    /// <param name="environment">Beside that of this process; says where the database is.</param>
    /// <param name="callers">How many clients: the server limits what one of them may ask in a second.</param>
    public static async Task<BenchServer> StartAsync(
        string program,
        string folder,
        string repository,
        string database,
        IReadOnlyDictionary<string, string> environment,
        int callers = 1
    )
    {
        var tokens = Enumerable.Range(0, callers).Select(number => NewToken(program, $"bench-{number}")).ToList();
        var configuration = Path.Combine(folder, "surety.yaml");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            databases:
              {{database}}: { url: {{database}}, repository: main }
            repositories:
              main: { path: {{repository}} }
            server:
              state: {{Path.Combine(folder, "state")}}
              tokens: [{{string.Join(", ", tokens.Select(token => token.Entry))}}]

            """
        );
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(program, ["serve", "--config", configuration, "--urls", $"{address}"])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        var server = new BenchServer(process, tokens.ConvertAll(token => ClientOf(address, token.Token)));
        await server.UntilAnsweredAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in Clients)
        {
            client.Dispose();
        }

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static HttpClient ClientOf(Uri address, string token) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = 1000, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(1),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };

    /// <summary>The token is on stdout, the lines for the configuration on stderr.</summary>
    private static (string Token, string Entry) NewToken(string program, string name)
    {
        var start = new ProcessStartInfo(program, ["access", "token", "--name", name, "--role", "operator"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var made = Process.Start(start)!;
        var lines = made.StandardError.ReadToEndAsync();
        var token = made.StandardOutput.ReadToEnd().Trim();
        var hash = lines.Result.Split("hash: ")[1].Trim();
        return (token, $"{{ name: {name}, role: operator, hash: \"{hash}\" }}");
    }

    private async Task UntilAnsweredAsync()
    {
        while (true)
        {
            try
            {
                using var answer = await Client.GetAsync("/health/live");
                return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
