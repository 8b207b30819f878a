using Surety.Core.Configuration;
using Surety.Core.Postgres;
using Surety.Server.Runs;
using Surety.Server.Scheduling;
using Surety.Server.Served;

namespace Surety.ServerTests.Scheduling;

/// <summary>Schedules as the configuration has them, and runs as they may have gone.</summary>
internal static class ScheduleSetup
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <param name="yaml">Lines below <c>schedule:</c>, without indentation.</param>
    public static ServedSchedule Schedule(string yaml)
    {
        using var setup = new ServerSetup().Database(
            "shop",
            new ConnectionTarget
            {
                Host = "localhost",
                Database = "shop",
                User = "surety",
            },
            "schedule:\n" + string.Concat(yaml.Split('\n').Select(line => $"  {line}\n"))
        );
        setup.Write();
        var settings = SuretySettings.Load(
            new SettingsSources
            {
                ConfigurationFile = setup.Configuration,
                Environment = new Dictionary<string, string?>(),
                WorkingDirectory = setup.Folder,
            }
        );
        return ServedSchedule.Find(new ServedDatabase("shop", settings.ForDatabase("shop")))!;
    }

    public static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A backup that has ended, or not yet.</summary>
    public static Run Backup(
        RunState state,
        DateTimeOffset queued,
        DateTimeOffset? started = null,
        DateTimeOffset? finished = null
    ) =>
        new()
        {
            Id = RunId.New(queued),
            Request = new RunRequest
            {
                Operation = "backup",
                Database = "shop",
                RequestedBy = "test",
            },
            State = state,
            QueuedAt = queued,
            StartedAt = started,
            FinishedAt = finished,
            MadeBackup = state == RunState.Done ? "20261120T120000Z-abcd" : null,
        };
}
