using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Testing;
using Surety.Testing.Files;
using YamlDotNet.RepresentationModel;

namespace Surety.ServerTests.Alerts;

public sealed class AlertSettingTests
{
    [Fact]
    public void The_sample_names_every_kind_of_channel()
    {
        var sample = File.ReadAllText(Path.Combine(ProjectFolders.Root, "samples", "surety.yaml"));

        var alerts = Load(sample);

        alerts.Channels.Select(channel => channel.Name).ShouldBe(["ops", "team", "mail"]);
        alerts.Channels[0].Webhook!.Secret.ShouldBe("secret");
        alerts.Channels[0].Minimum.ShouldBe(AlertSeverity.High);
        alerts.Channels[1].Databases.ShouldBe(["shop"]);
        alerts.Channels[2].Email!.Port.ShouldBe(587);
        alerts.Heartbeat!.OnlyWhenHealthy.ShouldBeTrue();
        alerts.Shrink.ShouldBe(0.5);
    }

    [Theory]
    [InlineData("webhook: ftp://host", "alerts.channels.ops.webhook is no web address")]
    [InlineData("webhook: https://host\n      secret: plain", "holds a secret in the file itself")]
    [InlineData("webhook: https://host\n      slack: https://host", "has to be one of webhook, slack, email")]
    [InlineData("webhook: https://host\n      databases: [shpo]", "no database is named 'shpo'")]
    [InlineData("email:\n        host: h\n        from: a@b.c\n        to: nobody", "email.to is no mail address")]
    [InlineData(
        "email:\n        host: h\n        from: a@b.c\n        to: a@b.c\n        user: u",
        "a user without a password"
    )]
    public void What_is_wrong_is_told_with_its_place_and_without_its_value(string channel, string message)
    {
        var yaml = $"databases:\n  shop:\n    url: dbname=shop\nalerts:\n  channels:\n    ops:\n      {channel}\n";

        var error = Should.Throw<SuretyException>(() => Load(yaml));

        error.Code.ShouldBe(ErrorCode.InvalidConfiguration);
        error.Message.ShouldContain(message);
        error.Message.ShouldContain("surety.yaml:");
    }

    [Theory]
    [InlineData("10%", 99, 1000, true)]
    [InlineData("10%", 100, 1000, false)]
    [InlineData("2kB", 1999, 10_000, true)]
    [InlineData("2kB", 2000, 10_000, false)]
    [InlineData("10%", 0, 1000, true)]
    [InlineData("10%", 0, 0, false)]
    [InlineData("2kB", 0, 0, false)]
    public void Free_space_is_a_share_or_a_size(string storage, long free, long total, bool isMissing) =>
        Load($"alerts:\n  storage: {storage}\n").Storage.IsMissing(free, total).ShouldBe(isMissing);

    [Theory]
    [InlineData("kubernetes-cronjob.yaml", 1)]
    [InlineData("kubernetes-server.yaml", 3)]
    public void The_examples_of_deploy_are_yaml(string file, int documents)
    {
        var yaml = new YamlStream();

        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(ProjectFolders.Root, "deploy", file))));

        yaml.Documents.Count.ShouldBe(documents);
    }

    private static AlertSetting Load(string yaml)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("surety.yaml");
        File.WriteAllText(file, yaml);
        string[] variables = ["ALERT_SECRET", "SMTP_PASSWORD"];
        string[] addresses = ["SLACK_WEBHOOK", "HEARTBEAT_URL"];
        var environment = variables
            .ToDictionary(name => name, _ => (string?)"secret")
            .Concat(addresses.ToDictionary(name => name, _ => (string?)"https://host/path"))
            .ToDictionary();
        var sources = new SettingsSources
        {
            ConfigurationFile = file,
            Environment = environment,
            WorkingDirectory = folder.Path,
        };
        return SuretySettings.Load(sources).FindAlerts();
    }
}
