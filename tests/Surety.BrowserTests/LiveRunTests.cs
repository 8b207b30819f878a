using Surety.Server.Runs;
using Surety.ServerTests.Scheduling;
using Surety.Testing;

namespace Surety.BrowserTests;

/// <summary>A run that is watched while it goes on.</summary>
public sealed class LiveRunTests(PostgresFixture postgres, Chromium chromium)
    : IClassFixture<PostgresFixture>,
        IClassFixture<Chromium>
{
    [Fact]
    public async Task The_page_of_a_run_shows_how_far_it_is_without_being_loaded_again()
    {
        await using var site = await Site.StartAsync(postgres);
        var runs = site.Server.Get<RunQueue>();
        await using var window = await chromium.OpenAsync(site.Address);
        var page = window.Page;
        var phase = page.Locator("[data-progress='phase']");
        await page.GotoAsync("/sign-in");
        await window.SignInAsync(Site.Admin, Site.Password);

        // The first one keeps the turn, so that the page of the second cannot have come with what is to be seen on it.
        await using (await RunWaits.BlockAsync(site.Database))
        {
            var first = await runs.SubmitAsync(RunWaits.Request("backup", "shop"), default);
            await window.Button("Back up now").ClickAsync();
            await page.WaitForURLAsync("**/runs/*");
            (await phase.InnerTextAsync()).ShouldBe("Waiting for its turn");
            await page.EvaluateAsync("() => { window.isTheSame = true; }");
            await runs.CancelAsync(first.Id, "test", default);

            await phase.GetByText("Locking tables").WaitForAsync();

            (await page.EvaluateAsync<bool>("() => window.isTheSame")).ShouldBeTrue();
        }

        (await window.RunEndsAsync()).ShouldBe("done");
        window.Complaints.ShouldBeEmpty();
    }
}
