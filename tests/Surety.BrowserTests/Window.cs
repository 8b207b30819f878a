using Microsoft.Playwright;

namespace Surety.BrowserTests;

/// <summary>A window of the browser, and what it complained of: errors of scripts, refused content, missing files.</summary>
internal sealed class Window : IAsyncDisposable
{
    /// <summary>For a run on a machine that does much else; nothing is asserted about time.</summary>
    private const float Patience = 90_000;

    private readonly List<string> complaints = [];

    public Window(IPage page)
    {
        Page = page;
        page.SetDefaultTimeout(Patience);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => complaints.Add($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    public IReadOnlyList<string> Complaints => complaints;

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name });

    /// <summary>The page of a run, once it has ended: what it says of its state.</summary>
    public async Task<string> RunEndsAsync()
    {
        await Page.WaitForURLAsync("**/runs/*");
        await Page.Locator("main:not(:has([data-run])) h1").WaitForAsync();
        return (await Page.Locator(".page-head .status").InnerTextAsync()).Trim();
    }

    public async Task SignInAsync(string name, string password)
    {
        await Page.GetByLabel("Name").FillAsync(name);
        await Page.GetByLabel("Password").FillAsync(password);
        await Button("Sign in").ClickAsync();
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
