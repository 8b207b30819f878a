using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Surety.Core.Access;
using Surety.Core.Postgres;
using Surety.ServerTests.Alerts;
using Surety.Testing;

namespace Surety.ServerTests.Api;

/// <summary>Classes that leave the server to each other as they found it: one after the other.</summary>
[CollectionDefinition(nameof(ApiServer))]
public sealed class SharedApiServer : ICollectionFixture<ApiServer>;

/// <summary>A server over two databases, with a token of each kind; the first has a backup. One for a class of tests, or for several.</summary>
public sealed class ApiServer : IAsyncLifetime, IDisposable
{
    public const string Password = "correct horse battery staple";

    private readonly PostgresFixture postgres = new();
    private readonly Dictionary<string, string> tokens = new[]
    {
        "admin",
        "operator",
        "viewer",
        "stranger",
    }.ToDictionary(name => name, _ => AccessToken.New());
    private ServerSetup setup = null!;

    /// <summary>Takes what is sent on the channel <c>ops</c>.</summary>
    internal WebhookReceiver Receiver { get; private set; } = null!;

    internal RunningServer Server { get; private set; } = null!;

    public ConnectionTarget Shop { get; private set; } = null!;

    public ConnectionTarget Other { get; private set; } = null!;

    public string Configuration => setup.Configuration;

    public string Folder => setup.Folder;

    /// <summary>The backup that is there from the beginning.</summary>
    public string Backup { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        Other = await postgres.CreateDatabaseAsync();
        Receiver = await WebhookReceiver.StartAsync();
        setup = new ServerSetup()
            .Database("shop", Shop)
            .Database("other", Other, "schedule: { cron: '0 0 29 2 *', missed: skip }\nafter-backup: { verify: false }")
            .Repository("second")
            .Section(Access())
            .Section($"alerts:\n  channels:\n    ops: {{ webhook: \"{Receiver.Address}\" }}");
        Server = await RunningServer.StartAsync(setup, noAuth: false);
        var run = await ResultAsync(
            await PostAsync("operator", "databases/shop/backups?wait=120", new { description = "first" })
        );
        Backup = run.GetProperty("result").GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Receiver.DisposeAsync();
        setup.Dispose();
    }

    public void Dispose() => postgres.Dispose();

    /// <summary>A database that does not exist yet, and is dropped at the end.</summary>
    public async Task<string> NameDatabaseAsync() => (await postgres.NameDatabaseAsync()).Database;

    public string TokenOf(string who) => tokens[who];

    public Task<HttpResponseMessage> GetAsync(string who, string path) => SendAsync(who, HttpMethod.Get, path);

    public Task<HttpResponseMessage> PostAsync(string who, string path, object? body = null, string? key = null) =>
        SendAsync(who, HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), key);

    public async Task<HttpResponseMessage> SendAsync(
        string who,
        HttpMethod method,
        string path,
        HttpContent? content = null,
        string? key = null
    )
    {
        var address = path.StartsWith('/') ? path : $"/api/v1/{path}";
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetValueOrDefault(who, who));
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public static async Task<JsonElement> ResultAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            response.IsSuccessStatusCode.ShouldBeTrue($"{response.StatusCode}: {text}");
            return JsonElement.Parse(text);
        }
    }

    /// <summary>The problem that a request was answered with.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, int status, string code)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            ((int)response.StatusCode).ShouldBe(status, text);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            var problem = JsonElement.Parse(text);
            problem.GetProperty("code").GetString().ShouldBe(code, text);
            problem.GetProperty("status").GetInt32().ShouldBe(status);
            return problem;
        }
    }

    private string Access()
    {
        string Token(string name, string role, string more = "") =>
            $"    - name: {name}\n      role: {role}\n      hash: {AccessToken.HashOf(tokens[name])}\n{more}";
        string User(string name, string role) =>
            $"    - name: {name}\n      role: {role}\n      hash: {PasswordHash.Of(Password)}\n";
        return "server:\n  tokens:\n"
            + Token("admin", "admin")
            + Token("operator", "operator")
            + Token("viewer", "viewer")
            + Token("stranger", "admin", "      databases: [other]\n")
            + "  users:\n"
            + User("anna", "admin")
            + User("otto", "viewer");
    }
}
