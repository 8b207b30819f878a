using System.Text.RegularExpressions;
using Surety.Core.Audit.Pages;
using Surety.Repository.Journal;

namespace Surety.Tests.Audit;

/// <summary>The page of an audit: whole in itself, and safe whatever databases are called.</summary>
public sealed partial class AuditPageTests
{
    [Fact]
    public async Task Names_and_messages_are_text_whatever_they_hold()
    {
        var page = await PageAsync();

        page.ShouldNotContain("<script");
        page.ShouldNotContain("<img");
        page.ShouldContain("&lt;script&gt;alert(&#x27;it&#x27;)&lt;/script&gt;");
        page.ShouldContain("&lt;img src=x onerror=alert(1)&gt;");
    }

    [Fact]
    public async Task It_loads_nothing_and_says_so_to_the_browser()
    {
        var page = await PageAsync();

        page.ShouldContain("""<meta http-equiv="Content-Security-Policy" content="default-src &#x27;none&#x27;;""");
        Resource().Matches(page).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_element_that_is_opened_is_closed()
    {
        var page = await PageAsync();

        foreach (var name in Opened().Matches(page).Select(match => match.Groups[1].Value).Distinct())
        {
            if (name is not ("meta" or "line" or "rect"))
            {
                Regex.Count(page, $"<{name}[ >]").ShouldBe(Regex.Count(page, $"</{name}>"), name);
            }
        }
    }

    [Fact]
    public async Task What_was_promised_and_missed_is_marked()
    {
        var page = await PageAsync();

        page.ShouldContain("""<span class="pill bad">96.66 %</span>""");
        page.ShouldContain("""<span class="pill good">6 h old</span>""");
        page.ShouldContain("""<span class="pill bad">40 min 00 s</span>""");
        page.ShouldContain("goal 99.9 %");
    }

    [Fact]
    public async Task A_long_list_is_cut_and_what_is_left_out_is_counted()
    {
        var made = await AuditedRepository.MakeAsync();
        for (var i = 0; i < 130; i++)
        {
            await made.RecordAsync(AuditedRepository.Record("export", 1, JournalRecord.Failed));
        }

        AuditPage.Of(await made.AuditAsync()).ShouldContain("and 33 more; surety journal lists all");
    }

    private static async Task<string> PageAsync() =>
        AuditPage.Of(await (await AuditedRepository.MakeAsync()).AuditAsync());

    [GeneratedRegex(@"\b(?:src|href|url\()\s*=?\s*[""'(]?(?:https?:|//)|@import|<link|<iframe|\bon\w+=""")]
    private static partial Regex Resource();

    [GeneratedRegex(@"<([a-z][a-z0-9]*)[ >]")]
    private static partial Regex Opened();
}
