using Microsoft.Playwright;

namespace Surety.BrowserTests;

/// <summary>One browser for a test class: the system's Chromium, which test.sh installs. Playwright downloads nothing.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Find(),
                // Its sandbox refuses root, as whom containers run tests. Pages are our own.
                Args = ["--no-sandbox"],
            }
        );
    }

    /// <summary>A window of its own, with no cookies; what it complains of is kept.</summary>
    internal async Task<Window> OpenAsync(
        Uri server,
        int width = 1280,
        ColorScheme scheme = ColorScheme.Light,
        bool script = true
    )
    {
        var context = await browser!.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = server.ToString(),
                ViewportSize = new ViewportSize { Width = width, Height = 800 },
                ColorScheme = scheme,
                JavaScriptEnabled = script,
            }
        );
        return new Window(await context.NewPageAsync());
    }

    public async Task DisposeAsync()
    {
        await browser!.DisposeAsync();
        playwright!.Dispose();
    }

    private static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("no Chromium on the PATH: apt-get install chromium, as test.sh does");
}
