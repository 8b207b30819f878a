using Surety.Server.Runs;
using Surety.ServerTests.Scheduling;

namespace Surety.ServerTests;

internal static class ServedRuns
{
    /// <summary>Runs one command of the server to its end.</summary>
    public static async Task<Run> RunAsync(
        this RunningServer server,
        string operation,
        string database,
        params string[] arguments
    )
    {
        var request = new RunRequest
        {
            Operation = operation,
            Database = database,
            Arguments = arguments,
            RequestedBy = "test",
        };
        var queue = server.Get<RunQueue>();
        var run = await queue.SubmitAsync(request, CancellationToken.None);
        return (await queue.WaitAsync(run.Id, CancellationToken.None))!;
    }
}
