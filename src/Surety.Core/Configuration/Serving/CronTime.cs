using Surety.Repository.Errors;

namespace Surety.Core.Configuration.Serving;

/// <summary>A time of <c>schedule.cron</c>, as crontab(5) writes it. Whoever schedules it reads it, and says here what is wrong.</summary>
public sealed class CronTime
{
    private readonly ConfigurationValue value;

    internal CronTime(ConfigurationValue value) => this.value = value;

    /// <summary>As the configuration has it.</summary>
    public string Written => value.Written;

    /// <summary>A complaint with file and line.</summary>
    public SuretyException Error(string fact) =>
        value.Place.Error($"{value.Place.Key} is no time: {fact}", "write it as crontab does: '30 2 * * *'");
}
