using System.Diagnostics;
using System.Globalization;

namespace Surety.Testing.S3;

/// <summary>
/// The S3 server of a test run (eng/s3/server.js), started by the first test that asks. It ends when its input does, so
/// with this process, however that ends. Tests talk to it through an <see cref="S3Service"/>.
/// </summary>
internal static class S3Server
{
    public const string Bucket = "backups";

    private static readonly Lazy<Task<(Process Process, Uri Address)>> Started = new(StartAsync);

    public static async Task<Uri> AddressAsync() => (await Started.Value).Address;

    private static async Task<(Process, Uri)> StartAsync()
    {
        var folder = Path.Combine(ProjectFolders.Root, "eng", "s3");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            throw new InvalidOperationException(
                $"the S3 server is not installed; ./test.sh does it, or: npm ci --prefix {folder}"
            );
        }

        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(folder, "server.js"), Bucket },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var port =
            await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("the S3 server ended before it listened");
        return (process, new Uri($"http://127.0.0.1:{int.Parse(port, CultureInfo.InvariantCulture)}"));
    }
}
