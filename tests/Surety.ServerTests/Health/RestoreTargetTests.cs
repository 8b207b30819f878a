using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Server.Alerts;
using Surety.Server.Dashboard.Controls;
using Surety.Server.Dashboard.Reading;
using Surety.Server.Health;
using Surety.Server.Health.Metrics;
using Surety.Server.Served;
using Surety.Testing.Files;

namespace Surety.ServerTests.Health;

/// <summary>What is claimed of restore times: the same by health, pages, alerts and metrics.</summary>
public sealed class RestoreTargetTests
{
    [Theory]
    [InlineData(null, 1_700.0, TargetState.Met, Level.Good, "on target")]
    [InlineData(null, 7_200.0, TargetState.Missed, Level.Bad, "restore too slow")]
    [InlineData(null, null, TargetState.Unknown, Level.Plain, "restore time not measured")]
    [InlineData(7_200.0, 7_200.0, TargetState.Met, Level.Good, "on target")]
    [InlineData(60.0, 61.0, TargetState.Missed, Level.Bad, "restore too slow")]
    [InlineData(60.0, null, TargetState.Unknown, Level.Plain, "restore time not measured")]
    public void A_measured_restore_is_held_against_the_target_or_the_goal_and_one_that_is_not_is_not_called_good(
        double? configured,
        double? measured,
        TargetState state,
        Level level,
        string summary
    )
    {
        var rto = configured is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var health = new DatabaseHealth
        {
            Name = "shop",
            Repository = "main",
            At = DateTimeOffset.UnixEpoch,
            Targets = new TargetSection(Rto: rto),
            RestoreSeconds = measured,
        };
        var standing = new Standing { Database = new ServedDatabase("shop", NoSettings()), Health = health };

        health.Rto.ShouldBe(state);
        (standing.Overall, standing.Summary).ShouldBe((level, summary));
        standing.NeedsAttention.ShouldBe(state == TargetState.Missed);
        var target = configured ?? 1_800;
        DatabaseGauges.All.Single(gauge => gauge.Name == "surety_rto_target_seconds").Of(health).ShouldBe(target);
        HealthDocument.Of(health).RtoSeconds.ShouldBe(target);
        new AlertRules(NoSettings().FindAlerts())
            .Of(health)
            .Select(finding => finding.Condition)
            .ShouldBe(state == TargetState.Missed ? [AlertCondition.RestoreSlow] : []);
    }

    private static SuretySettings NoSettings()
    {
        using var folder = new TemporaryFolder();
        return SuretySettings.Load(
            new SettingsSources { Environment = new Dictionary<string, string?>(), WorkingDirectory = folder.Path }
        );
    }
}
