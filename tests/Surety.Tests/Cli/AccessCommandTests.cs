using System.Text.Json;
using Surety.Core.Access;
using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Testing.Files;

namespace Surety.Tests.Cli;

/// <summary>What <c>surety access</c> prints is what a server reads.</summary>
public sealed class AccessCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_token_is_alone_on_stdout_and_its_entry_lets_it_in()
    {
        var run = await RunAsync(
            "access",
            "token",
            "--name",
            "ci",
            "--role",
            "operator",
            "--database",
            "shop",
            "--database",
            "my db"
        );
        run.ExitCode.ShouldBe(0, run.Error);
        var token = run.Out.TrimEnd();
        token.ShouldStartWith("surety_");
        token.Length.ShouldBe(7 + 43, "256 bits");
        run.Error.ShouldNotContain(token);

        var entry = Read(run.Error[run.Error.IndexOf("server:", StringComparison.Ordinal)..]).Tokens.Single();
        entry.Name.ShouldBe("ci");
        entry.Role.ShouldBe(AccessRole.Operator);
        entry.Databases!.ShouldBe(["shop", "my db"], ignoreOrder: true);
        AccessToken.Fits(token, entry.Hash).ShouldBeTrue();
        AccessToken.Fits(token + "x", entry.Hash).ShouldBeFalse();
    }

    [Theory]
    [InlineData("environment")]
    [InlineData("input")]
    public async Task A_password_is_never_an_argument_and_its_entry_lets_in(string from)
    {
        const string password = "four random words here";
        var environment = new Dictionary<string, string?>
        {
            ["SURETY_NEW_PASSWORD"] = from == "environment" ? password : null,
        };
        var typed = from == "input" ? password : null;
        var run = await CommandLineRun.InAsync(folder.Path, environment, typed, "access", "password", "--name", "null");
        run.ExitCode.ShouldBe(0, run.Error);
        (run.Out + run.Error).ShouldNotContain(password);

        var entry = Read(run.Out).Users.Single();
        entry.Name.ShouldBe("null");
        entry.Role.ShouldBe(AccessRole.Viewer);
        entry.Databases.ShouldBeNull();
        var hash = PasswordHash.TryParse(entry.Hash).ShouldNotBeNull();
        hash.Fits(password).ShouldBeTrue();
        hash.Fits(password.ToUpperInvariant()).ShouldBeFalse();
    }

    [Fact]
    public async Task Json_has_the_token_once()
    {
        var run = await RunAsync("access", "token", "--name", "ci", "--json");
        var document = JsonElement.Parse(run.Out);
        var token = document.GetProperty("token").GetString()!;
        document.GetProperty("hash").GetString().ShouldBe(AccessToken.HashOf(token));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("")]
    public async Task A_short_password_is_refused(string password)
    {
        var environment = new Dictionary<string, string?> { ["SURETY_NEW_PASSWORD"] = password };
        var run = await CommandLineRun.InAsync(folder.Path, environment, null, "access", "password", "--name", "anna");
        run.ExitCode.ShouldBe(2, run.Error);
        run.Error.ShouldContain("[invalid-argument]");
    }

    [Theory]
    [InlineData("$pbkdf2-sha512$i=1000$AAAAAAAAAAAAAAAAAAAAAA$AAAA")]
    [InlineData("$pbkdf2-sha512$i=210000$AAAA$AAAA")]
    [InlineData("plain text")]
    public void A_weak_or_broken_hash_is_no_entry(string hash)
    {
        PasswordHash.TryParse(hash).ShouldBeNull();
        var error = Should.Throw<SuretyException>(() =>
            Read($"server:\n  users:\n    - name: anna\n      hash: \"{hash}\"\n")
        );
        error.Code.ShouldBe(ErrorCode.InvalidConfiguration);
        error.Message.ShouldStartWith("surety.yaml:3: ");
    }

    [Theory]
    [InlineData("http://login.example.org", "is no https address")]
    [InlineData("not an address", "is no https address")]
    public void A_provider_without_tls_is_refused(string authority, string fact)
    {
        var error = Should.Throw<SuretyException>(() =>
            Read($"server:\n  oidc:\n    authority: {authority}\n    client-id: surety\n    roles: {{admin: dba}}\n")
        );
        error.Message.ShouldContain(fact);
    }

    public void Dispose() => folder.Dispose();

    private Task<CommandLineRun> RunAsync(params string[] arguments) => CommandLineRun.InAsync(folder.Path, arguments);

    private AccessSetting Read(string yaml)
    {
        var file = folder.Combine("surety.yaml");
        File.WriteAllText(file, yaml);
        var sources = new SettingsSources
        {
            ConfigurationFile = file,
            Environment = new Dictionary<string, string?>(),
            WorkingDirectory = folder.Path,
        };
        return SuretySettings.Load(sources).FindServer().Access;
    }
}
