using Microsoft.Playwright;
using Surety.Server.Runs;
using Surety.ServerTests.Scheduling;
using Surety.Testing;

namespace Surety.BrowserTests;

/// <summary>What holds on every page: nothing refused, nothing nameless, nothing cut off, nothing illegible.</summary>
public sealed class PagesTests(PostgresFixture postgres, Chromium chromium)
    : IClassFixture<PostgresFixture>,
        IClassFixture<Chromium>
{
    private const int Phone = 360;

    [Fact]
    public async Task Every_page_is_sound_light_dark_and_on_a_phone()
    {
        await using var site = await Site.StartAsync(postgres);
        var runs = await RunAllAsync(site);
        string[] pages =
        [
            "/",
            "/databases/shop",
            $"/databases/shop/backups/{runs[0].Result!.Value.GetProperty("id")}",
            "/data",
            "/runs",
            .. runs.Select(run => $"/runs/{run.Id}"),
            "/migrations",
            "/journal",
            "/schedules",
            "/alerts",
            "/settings",
        ];

        await CheckAsync(site, pages, 1280, ColorScheme.Light);
        await CheckAsync(site, pages, 1280, ColorScheme.Dark);
        await CheckAsync(site, pages, Phone, ColorScheme.Light);
    }

    [Fact]
    public async Task With_the_keyboard_alone_somebody_signs_in_and_backs_up()
    {
        await using var site = await Site.StartAsync(postgres);
        await using var window = await chromium.OpenAsync(site.Address);
        await window.Page.GotoAsync("/");
        await window.Page.Keyboard.TypeAsync(Site.Admin);
        await window.Page.Keyboard.PressAsync("Tab");
        await window.Page.Keyboard.TypeAsync(Site.Password);
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" }).WaitForAsync();

        await window.Page.Keyboard.PressAsync("Tab");
        (await FocusAsync(window)).ShouldBe("Skip to the content");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.WaitForFunctionAsync("() => document.activeElement?.id === 'main'");
        for (var i = 0; i < 10 && !(await FocusAsync(window)).StartsWith("Back up now", StringComparison.Ordinal); i++)
        {
            await window.Page.Keyboard.PressAsync("Tab");
        }

        (await FocusAsync(window)).ShouldStartWith("Back up now");
        await window.Page.Keyboard.PressAsync("Enter");
        (await window.RunEndsAsync()).ShouldBe("done");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_script_a_backup_is_made_and_its_page_loads_itself_until_the_end()
    {
        await using var site = await Site.StartAsync(postgres);
        await using var window = await chromium.OpenAsync(site.Address, script: false);
        await window.Page.GotoAsync("/");
        await window.SignInAsync(Site.Admin, Site.Password);
        await window.Button("Back up now").ClickAsync();
        (await window.RunEndsAsync()).ShouldBe("done");
    }

    [Fact]
    public async Task A_viewer_is_offered_nothing_that_changes_anything_and_is_refused_it()
    {
        await using var site = await Site.StartAsync(postgres);
        await using var window = await chromium.OpenAsync(site.Address);
        await window.Page.GotoAsync("/databases/shop");
        await window.SignInAsync(Site.Viewer, Site.Password);
        (await window.Page.Locator("main form[method=post]").CountAsync()).ShouldBe(0);

        var token = await window
            .Page.Locator("input[name=__RequestVerificationToken]")
            .First.GetAttributeAsync("value");
        var form = window.Page.Context.APIRequest.CreateFormData();
        form.Set("database", "shop");
        form.Set("__RequestVerificationToken", token!);
        var answer = await window.Page.Context.APIRequest.PostAsync("/do/backup", new() { Form = form });
        answer.Status.ShouldBe(403);
        (await answer.TextAsync()).ShouldContain("may not backup");
        (await site.Server.Get<IRunStore>().ListAsync(new RunFilter(), CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_theme_that_somebody_chose_stays()
    {
        await using var site = await Site.StartAsync(postgres);
        await using var window = await chromium.OpenAsync(site.Address);
        await window.Page.GotoAsync("/runs");
        await window.SignInAsync(Site.Viewer, Site.Password);
        await window.Button("Theme: auto").ClickAsync();
        await window.Page.GotoAsync("/journal");
        (await window.Page.GetAttributeAsync("html", "data-theme")).ShouldBe("dark");
    }

    /// <summary>One run of each kind that has a look of its own.</summary>
    private static async Task<IReadOnlyList<Run>> RunAllAsync(Site site)
    {
        var runs = new List<Run> { await RunAsync(site, "backup") };
        await PostgresFixture.ExecuteAsync(site.Database, "UPDATE customers SET name = 'nobody' WHERE id % 5 = 0");
        runs.Add(await RunAsync(site, "validate", "latest"));
        runs.Add(await RunAsync(site, "diff", "latest"));
        runs.Add(await RunAsync(site, "verify", "latest"));
        runs.Add(await RunAsync(site, "rollback", "latest", "--dry-run"));
        runs.Add(await RunAsync(site, "drill", "latest"));
        runs.Add(await RunAsync(site, "prune", "--dry-run"));
        runs.Add(await RunAsync(site, "restore", "latest", "--table", "customers"));
        runs.Add(await RunAsync(site, "show", "nothing"));
        var script = new RunScript("1.sql", "ALTER TABLE orders ADD COLUMN x int;\nDROP TABLE nothing;");
        foreach (var operation in new[] { "check", "rehearse" })
        {
            runs.Add(
                await RunAsync(
                    site,
                    new RunRequest
                    {
                        Operation = operation,
                        Database = "shop",
                        RequestedBy = "test",
                        Scripts = [script],
                    }
                )
            );
        }

        return runs;
    }

    private static Task<Run> RunAsync(Site site, string operation, params string[] arguments) =>
        RunAsync(
            site,
            new RunRequest
            {
                Operation = operation,
                Database = "shop",
                Arguments = arguments,
                RequestedBy = "test",
            }
        );

    private static async Task<Run> RunAsync(Site site, RunRequest request)
    {
        var queue = site.Server.Get<RunQueue>();
        var run = await queue.SubmitAsync(request, CancellationToken.None);
        return (await queue.WaitAsync(run.Id, CancellationToken.None))!;
    }

    private async Task CheckAsync(Site site, IReadOnlyList<string> pages, int width, ColorScheme scheme)
    {
        await using var window = await chromium.OpenAsync(site.Address, width, scheme);
        var faults = new List<string>();
        await window.Page.GotoAsync("/sign-in");
        faults.AddRange(await FaultsAsync(window));
        await window.SignInAsync(Site.Admin, Site.Password);
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" }).WaitForAsync();
        foreach (var page in pages)
        {
            var answer = await window.Page.GotoAsync(page);
            answer!.Status.ShouldBe(200, page);
            faults.AddRange(await FaultsAsync(window));
        }

        faults.Concat(window.Complaints).ShouldBeEmpty($"{width} wide, {scheme}");
    }

    private static async Task<IEnumerable<string>> FaultsAsync(Window window)
    {
        var faults = await window.Page.EvaluateAsync<string[]>(await RulesAsync());
        return faults.Select(fault => $"{new Uri(window.Page.Url).PathAndQuery}: {fault}");
    }

    private static async Task<string> RulesAsync()
    {
        await using var stream = typeof(PagesTests).Assembly.GetManifestResourceStream("PageRules.js")!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static Task<string> FocusAsync(Window window) =>
        window.Page.EvaluateAsync<string>("() => document.activeElement?.textContent.trim() ?? ''");
}
