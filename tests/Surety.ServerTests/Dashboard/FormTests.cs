using System.Net;
using System.Text;
using Surety.Server.Runs;
using Surety.ServerTests.Api;
using Surety.ServerTests.Auth;
using Surety.ServerTests.Scheduling;

namespace Surety.ServerTests.Dashboard;

/// <summary>The forms that take files, and the one that tests a channel, as a browser posts them.</summary>
[Collection(nameof(ApiServer))]
public sealed class FormTests(ApiServer server)
{
    [Theory]
    [InlineData("check", "statements")]
    [InlineData("rehearse", "statements")]
    public async Task Migrations_are_uploaded_and_pasted_and_lead_to_the_page_of_their_run(
        string operation,
        string list
    )
    {
        using var browser = new Browser(server.Server);
        await browser.SignInAsync("anna", ApiServer.Password);

        using var answer = await browser.PostFilesAsync($"/do/{operation}", Form());

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        var page = $"{answer.Headers.Location}";
        var id = RunId.TryParse(page["/runs/".Length..], out var parsed) ? parsed : throw new FormatException(page);
        var run = (await server.Server.Get<RunQueue>().WaitAsync(id, default))!;
        run.State.ShouldBe(RunState.Done, $"{run.Error}");
        run.Request.RequestedBy.ShouldBe("user anna");
        run.Result!.Value.GetProperty(list).GetArrayLength().ShouldBe(2, $"{run.Result}");
        var shown = await (await browser.GetAsync(page)).Content.ReadAsStringAsync();
        shown.ShouldContain("V1__notes.sql");
        shown.ShouldContain("pasted.sql");

        using var withoutToken = await browser.PostFilesAsync($"/do/{operation}", Form(), withToken: false);
        withoutToken.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_button_of_a_channel_sends_a_test()
    {
        using var browser = new Browser(server.Server);
        await browser.SignInAsync("anna", ApiServer.Password);

        using var sent = await browser.PostFormAsync("/do/test-alert", new() { ["channel"] = "ops" });

        $"{sent.Headers.Location}".ShouldBe("/alerts?tested");
        while ((await server.Receiver.NextAsync()).Text("event") != "test") { }
        (await (await browser.GetAsync("/alerts?tested")).Content.ReadAsStringAsync()).ShouldContain("took the test");
        using var unknown = await browser.PostFormAsync("/do/test-alert", new() { ["channel"] = "none" });
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/do/check")]
    [InlineData("/do/rehearse")]
    [InlineData("/do/test-alert")]
    public async Task A_viewer_who_posts_them_is_refused(string path)
    {
        using var browser = new Browser(server.Server);
        await browser.SignInAsync("otto", ApiServer.Password);
        using var form = Form();
        form.Add(new StringContent("ops"), "channel");

        using var answer = await browser.PostFilesAsync(path, form);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static MultipartFormDataContent Form()
    {
        var file = new ByteArrayContent(Encoding.UTF8.GetBytes("CREATE TABLE notes (id integer PRIMARY KEY);"));
        return new MultipartFormDataContent
        {
            { new StringContent("shop"), "database" },
            { new StringContent("on"), "schemaOnly" },
            { file, "files", "V1__notes.sql" },
            { new StringContent("CREATE TABLE others (id integer PRIMARY KEY);"), "sql" },
        };
    }
}
