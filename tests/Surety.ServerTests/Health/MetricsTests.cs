using System.Net;
using Surety.Server.Health.Metrics;
using Surety.Testing;

namespace Surety.ServerTests.Health;

public sealed class MetricsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Prometheus_reads_what_is_promised_and_what_is_so()
    {
        var shop = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(shop, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS i");
        using var setup = new ServerSetup()
            .Database("shop", shop, "targets:\n  rpo: 1h\n  rto: 30m")
            .Database("empty \\ one", shop, "repository: spare")
            .Repository("spare")
            .Section("alerts:\n  channels:\n    ops:\n      webhook: http://127.0.0.1:9/hook");
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop");
        await server.RunAsync("drill", "shop");

        using var response = await server.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe(PrometheusText.ContentType);
        var metrics = PrometheusReader.Read(await response.Content.ReadAsStringAsync());

        double Shop(string name) => metrics.Value(name, ("database", "shop"));
        Shop("surety_database_healthy").ShouldBe(1);
        Shop("surety_rpo_target_seconds").ShouldBe(3600);
        Shop("surety_rto_target_seconds").ShouldBe(1800);
        Shop("surety_backup_proven_age_seconds").ShouldBeInRange(0, 600);
        Shop("surety_restore_seconds").ShouldBeInRange(0.001, 600);
        Shop("surety_backup_success_ratio_30d").ShouldBe(1);
        Shop("surety_backup_rows").ShouldBe(1000);
        Shop("surety_backups").ShouldBe(1);
        metrics.Value("surety_database_healthy", ("database", "empty \\ one")).ShouldBe(0);
        metrics.Value("surety_runs_total", ("operation", "backup"), ("outcome", "done")).ShouldBe(1);
        metrics.Value("surety_run_duration_seconds_count", ("operation", "drill"), ("outcome", "done")).ShouldBe(1);
        metrics
            .Value("surety_run_duration_seconds_bucket", ("operation", "drill"), ("outcome", "done"), ("le", "+Inf"))
            .ShouldBe(1);
        metrics.Value("surety_alert_notices_waiting", ("channel", "ops")).ShouldBeGreaterThanOrEqualTo(0);
        metrics.Value("surety_process_memory_bytes").ShouldBeGreaterThan(1e6);
        metrics.Types["surety_runs_total"].ShouldBe("counter");
        metrics.Types["surety_run_duration_seconds"].ShouldBe("histogram");
        metrics.Types["surety_backup_age_seconds"].ShouldBe("gauge");
    }

    [Fact]
    public async Task OpenTelemetry_gets_the_same_names_by_its_own_protocol()
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var setup = new ServerSetup().Database("shop", await postgres.CreateDatabaseAsync());
        await using var server = await RunningServer.StartAsync(
            setup,
            environment: new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            }
        );

        var (path, contentType, body) = await collector.NextAsync();

        path.ShouldBe("/v1/metrics");
        contentType.ShouldBe("application/x-protobuf");
        // Names and labels are plain text within the message.
        body.ShouldContain("surety_database_healthy");
        body.ShouldContain("surety_process_memory_bytes");
        body.ShouldContain("shop");
        body.ShouldContain("service.name");
    }
}
