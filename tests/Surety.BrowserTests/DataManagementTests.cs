using Microsoft.Playwright;
using Surety.Testing;

namespace Surety.BrowserTests;

/// <summary>The forms that bring single tables back and let backups go; without script, which none of them needs.</summary>
public sealed class DataManagementTests(PostgresFixture postgres, Chromium chromium)
    : IClassFixture<PostgresFixture>,
        IClassFixture<Chromium>
{
    [Fact]
    public async Task A_backup_says_what_it_is_for_and_a_lost_table_comes_back_from_it()
    {
        await using var site = await Site.StartAsync(postgres);
        await using var window = await chromium.OpenAsync(site.Address, script: false);
        var page = window.Page;
        await page.GotoAsync("/databases/shop");
        await window.SignInAsync(Site.Admin, Site.Password);
        await page.GetByText("Describe it").ClickAsync();
        await page.GetByLabel("Description").FillAsync("before the price change");
        await page.GetByLabel("Tags").FillAsync("ticket=4711, release=2.4");
        await page.Keyboard.PressAsync("Enter");
        (await window.RunEndsAsync()).ShouldBe("done");
        await page.GotoAsync("/databases/shop");
        (await page.Locator("table").InnerTextAsync()).ShouldContain("before the price change");
        (await page.Locator(".tag").AllInnerTextsAsync()).ShouldBe(["ticket=4711", "release=2.4"], ignoreOrder: true);

        await PostgresFixture.ExecuteAsync(site.Database, "DROP TABLE order_items CASCADE");
        await page.GotoAsync("/data?database=shop");
        await page.GetByLabel("public.order_items").CheckAsync();
        await Panel(window, "Bring back tables").GetByLabel("to confirm").FillAsync("another");
        await window.Button("Bring back").ClickAsync();
        (await page.InnerTextAsync("body")).ShouldContain("'another' is not the name of the database");

        await page.GotoAsync("/data?database=shop");
        await page.GetByLabel("public.order_items").CheckAsync();
        await Panel(window, "Bring back tables").GetByLabel("to confirm").FillAsync(site.Database.Database);
        await window.Button("Bring back").ClickAsync();
        (await window.RunEndsAsync()).ShouldBe("done");
        (await page.InnerTextAsync("main")).ShouldContain("made again");
        await PostgresFixture.ExecuteAsync(site.Database, "SELECT 1 / count(*) FROM order_items");
    }

    [Fact]
    public async Task A_tag_without_a_name_is_refused()
    {
        await using var site = await Site.StartAsync(postgres);
        await using var window = await chromium.OpenAsync(site.Address);
        await window.Page.GotoAsync("/databases/shop");
        await window.SignInAsync(Site.Admin, Site.Password);
        await window.Page.GetByText("Describe it").ClickAsync();
        await window.Page.GetByLabel("Tags").FillAsync("4711");
        await window.Button("Back up now").ClickAsync();
        (await window.Page.InnerTextAsync("body")).ShouldContain("'4711' is no tag");
    }

    [Fact]
    public async Task A_backup_is_forgotten_and_a_prune_shows_its_plan_before_the_typed_name_carries_it_out()
    {
        await using var site = await Site.StartAsync(postgres, "retention: { keep-last: 1 }");
        await using var window = await chromium.OpenAsync(site.Address);
        var page = window.Page;
        await page.GotoAsync("/databases/shop");
        await window.SignInAsync(Site.Admin, Site.Password);
        for (var i = 0; i < 3; i++)
        {
            await page.GotoAsync("/databases/shop");
            await window.Button("Back up now").ClickAsync();
            (await window.RunEndsAsync()).ShouldBe("done");
        }

        await page.GotoAsync("/data?database=shop");
        var oldest = (await page.Locator("#backup option").Last.GetAttributeAsync("value"))!;
        await page.GotoAsync($"/data?database=shop&backup={oldest}");
        (await window.Button("Forget this backup").IsDisabledAsync()).ShouldBeTrue();
        await Panel(window, "Forget").GetByLabel("to confirm").FillAsync(site.Database.Database);
        await window.Button("Forget this backup").ClickAsync();
        (await window.RunEndsAsync()).ShouldBe("done");
        (await page.InnerTextAsync("main")).ShouldContain($"surety unforget {oldest}");
        (await BackupsAsync(window)).ShouldBe(2);

        await page.GotoAsync("/data?database=shop");
        await window.Button("Show what would go").ClickAsync();
        (await window.RunEndsAsync()).ShouldBe("done");
        (await page.InnerTextAsync("main")).ShouldContain("Would be forgotten");
        var plan = page.Url;
        (await BackupsAsync(window)).ShouldBe(2);
        await page.GotoAsync(plan);
        await page.GetByLabel("to confirm").FillAsync(site.Database.Database);
        await window.Button("Prune now").ClickAsync();
        await page.WaitForURLAsync(url => url != plan);
        (await window.RunEndsAsync()).ShouldBe("done");
        (await page.InnerTextAsync("main")).ShouldContain("1 backup forgotten");
        (await BackupsAsync(window)).ShouldBe(1);
        window.Complaints.ShouldBeEmpty();
    }

    private static async Task<int> BackupsAsync(Window window)
    {
        await window.Page.GotoAsync("/databases/shop");
        return await window.Page.Locator("main tbody tr").CountAsync();
    }

    private static ILocator Panel(Window window, string heading) =>
        window
            .Page.Locator("section.panel")
            .Filter(new() { Has = window.Page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true }) });
}
