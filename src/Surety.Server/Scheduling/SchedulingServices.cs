using Quartz;
using Surety.Core.Configuration;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

internal static class SchedulingServices
{
    public static IServiceCollection AddScheduling(this IServiceCollection services, SuretySettings settings)
    {
        services.AddSingleton<Schedules>();
        services.AddSingleton<IRunLanes, RunLanes>();
        services.AddQuartz(quartz =>
        {
            quartz.UseDefaultThreadPool(settings.FindServer().Jobs);
            foreach (var database in settings.DatabaseNames)
            {
                quartz.AddJob<DatabaseJob>(job => job.WithIdentity(RunLanes.KeyOf(database)).StoreDurably());
            }

            quartz.AddJob<FreeRunJob>(job => job.WithIdentity(FreeRunJob.Key).StoreDurably());
        });
        services.AddQuartzHostedService(hosting => hosting.WaitForJobsToComplete = true);
        return services;
    }
}
