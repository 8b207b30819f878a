using Quartz;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Scheduling;

internal static class SchedulingServices
{
    private static readonly TimeSpan AfterGrace = TimeSpan.FromSeconds(20);

    /// <exception cref="SuretyException">A time of a schedule is none.</exception>
    public static void AddScheduling(
        this IServiceCollection services,
        ServedDatabases databases,
        ServerSetting server,
        ServerNode node
    )
    {
        var schedules = new ServedSchedules(databases);
        var lanes = new LaneNames(databases);
        services.AddSingleton(schedules);
        services.AddSingleton(lanes);
        services.AddSingleton<IRunLanes, RunLanes>();
        services.AddSingleton<ScheduleMemories>();
        services.AddSingleton<Schedules>();
        services.AddSingleton<ScheduleAttendance>();
        services.AddSingleton<AfterBackups>();
        services.AddSingleton<MissedServersMemory>();
        services.AddSingleton<LiveServers>();
        services.AddSingleton<RunUpkeep>();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceId = node.Name;
                // Who looks at a database that does not answer need not look on. Runs end by the server's own stopping.
                options.ShutdownJobInterruption = ShutdownJobInterruption.WhenWaitingForJobs;
            });
            // Looking after schedules must not wait for runs.
            quartz.UseDefaultThreadPool(server.Jobs + schedules.All.Count + 1);
            quartz.UseExecutionLimits(limits => limits.ForGroup(RunLanes.Group, server.Jobs));
            quartz.UseSharedStore(server);
            quartz.AddLanes(lanes);
            quartz.AddSchedules(schedules);
            quartz.AddUpkeep(server);
        });
        services.AddQuartzHostedService(hosting => hosting.WaitForJobsToComplete = true);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = server.Grace + AfterGrace);
    }

    /// <summary>A server alone needs none: its runs are in its state folder, and what is due is found by looking.</summary>
    private static void UseSharedStore(this IQuartzBuilder quartz, ServerSetting server)
    {
        if (server.JobStore is null)
        {
            return;
        }

        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(source =>
                source.DataSourceFactory = services => services.GetRequiredService<JobStore>().Connections
            );
            store.UseSystemTextJsonSerializer();
            store.ProvisionSchema();
            store.UseClustering(cluster =>
            {
                cluster.CheckinInterval = server.CheckIn;
                cluster.CheckinMisfireThreshold = server.CheckIn * 2;
            });
            store.ConfigureStore(options => options.DbRetryInterval = server.CheckIn);
        });
    }

    private static void AddLanes(this IQuartzBuilder quartz, LaneNames lanes)
    {
        foreach (var lane in lanes.All)
        {
            quartz.AddJob<RunJob>(job =>
                job.WithIdentity(RunLanes.KeyOf(lane)).StoreDurably().DisallowConcurrentExecution()
            );
        }

        quartz.AddJob<RunJob>(job => job.WithIdentity(RunLanes.KeyOf(null)).StoreDurably());
    }

    private static void AddSchedules(this IQuartzBuilder quartz, ServedSchedules schedules)
    {
        foreach (var schedule in schedules.All)
        {
            var key = AttendanceJob.KeyOf(schedule.Database.Name);
            quartz.AddJob<AttendanceJob>(job => job.WithIdentity(key).StoreDurably());
            quartz.AddTrigger(trigger =>
                trigger.ForJob(key).WithIdentity(key.Name, "pace").StartNow().WithSimpleSchedule(schedule.Pace, null)
            );
            foreach (var (cron, number) in schedule.Times.Crons.Select((cron, number) => (cron, number)))
            {
                quartz.AddTrigger(trigger =>
                    trigger.ForJob(key).WithIdentity($"{key.Name} {number}", "times").WithCronSchedule(cron)
                );
            }
        }
    }

    private static void AddUpkeep(this IQuartzBuilder quartz, ServerSetting server)
    {
        quartz.AddJob<UpkeepJob>(job => job.WithIdentity(UpkeepJob.Key).StoreDurably());
        quartz.AddTrigger(trigger =>
            trigger
                .ForJob(UpkeepJob.Key)
                .WithIdentity("runs", "upkeep")
                .StartNow()
                .WithSimpleSchedule(server.CheckIn, null)
        );
    }
}
