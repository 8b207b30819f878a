using System.Diagnostics;
using System.Text.Json;
using Surety.ServerTests;
using Surety.Testing;
using Surety.Testing.Files;

namespace Surety.BrowserTests;

/// <summary>The whole way of somebody who looks: a backup, damage, the way back, and the data out of the house.</summary>
public sealed class StoryTests(PostgresFixture postgres, Chromium chromium)
    : IClassFixture<PostgresFixture>,
        IClassFixture<Chromium>
{
    [Fact]
    public async Task Somebody_signs_in_backs_up_sees_damage_rolls_back_and_takes_a_bundle_home()
    {
        await using var site = await Site.StartAsync(postgres);
        await using var window = await chromium.OpenAsync(site.Address);
        var page = window.Page;

        await page.GotoAsync("/");
        page.Url.ShouldContain("/sign-in");
        await window.SignInAsync(Site.Admin, Site.Password);

        await window.Button("Back up now").ClickAsync();
        await page.WaitForURLAsync("**/runs/*");
        (await window.RunEndsAsync()).ShouldBe("done");
        await window.Button("Validate against it").ClickAsync();
        (await window.RunEndsAsync()).ShouldBe("done");
        (await page.InnerTextAsync("main")).ShouldContain("0 mismatches");

        await PostgresFixture.ExecuteAsync(site.Database, "UPDATE customers SET name = 'nobody' WHERE id % 5 = 0");
        await page.GotoAsync("/data?database=shop");
        await window.Button("Validate").ClickAsync();
        (await window.RunEndsAsync()).ShouldBe("not sound");
        var table = page.GetByRole(Microsoft.Playwright.AriaRole.Row, new() { Name = "public.customers" });
        (await table.InnerTextAsync()).ShouldContain("mismatch");

        await window.Button("Plan a rollback").ClickAsync();
        (await window.RunEndsAsync()).ShouldBe("done");
        await RollBackAsync(window, site.Database.Database);
        (await window.RunEndsAsync()).ShouldBe("done");
        await window.Button("Validate against it").ClickAsync();
        (await window.RunEndsAsync()).ShouldBe("done");
        (await page.InnerTextAsync("main")).ShouldContain("0 mismatches");

        await page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Open the backup" }).ClickAsync();
        using var folder = new TemporaryFolder();
        var bundle = folder.Combine("backup.tar");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Download bundle").ClickAsync());
        await download.SaveAsAsync(bundle);
        await RestoreAndValidateAsync(bundle, await page.Locator(".page-head .mono").InnerTextAsync());
        window.Complaints.ShouldBeEmpty();
    }

    /// <summary>Nothing happens before the name is typed, and with another name.</summary>
    private static async Task RollBackAsync(Window window, string name)
    {
        var carryOut = window.Button("Roll back now");
        (await carryOut.IsDisabledAsync()).ShouldBeTrue();
        await window.Page.GetByLabel("to confirm").FillAsync("another");
        (await carryOut.IsDisabledAsync()).ShouldBeTrue();
        await window.Page.GetByLabel("to confirm").FillAsync(name);
        await carryOut.ClickAsync();
    }

    private async Task RestoreAndValidateAsync(string bundle, string backup)
    {
        var target = await postgres.NameDatabaseAsync();
        var url = ServerSetup.UrlOf(target);
        (await SuretyAsync("restore", bundle, "--into", url)).Exit.ShouldBe(0);
        var (exit, output) = await SuretyAsync("validate", backup, "--repo", bundle, "--db", url);
        exit.ShouldBe(0, output);
        JsonDocument.Parse(output).RootElement.GetProperty("mismatched").GetInt32().ShouldBe(0);
    }

    private static async Task<(int Exit, string Output)> SuretyAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ProjectFolders.Program, .. arguments, "--json", "--quiet"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
