using Surety.Repository.Storage.Local;
using Surety.Server.Runs;
using Surety.Server.Scheduling;
using Surety.ServerTests.Scheduling;

namespace Surety.ServerTests.Runs;

/// <summary>What a server that has ended left in its state folder.</summary>
internal static class StoppedServer
{
    public static async Task WithStateAsync(ServerSetup setup, Func<IRunStore, ScheduleMemories, Task> use)
    {
        using var folder = LocalBlobStore.Create(setup.State, TimeProvider.System);
        using var runs = await FolderRunStore.OpenAsync(folder, default);
        await use(runs, new ScheduleMemories(new FolderServerMemory(folder)));
    }

    /// <summary>What it was running when it was killed.</summary>
    public static Run Left(string operation, int attempt)
    {
        var at = DateTimeOffset.UtcNow.AddMinutes(-5);
        return new Run
        {
            Id = RunId.New(at),
            Request = RunWaits.Request(operation, "shop"),
            State = RunState.Running,
            QueuedAt = at,
            StartedAt = at,
            Attempt = attempt,
            Node = "gone",
        };
    }
}
