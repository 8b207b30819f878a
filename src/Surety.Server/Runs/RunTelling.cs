namespace Surety.Server.Runs;

/// <summary>Takes the lines of a command and keeps the newest progress in the store, no more often than people look.</summary>
internal sealed class RunTelling : IAsyncDisposable
{
    private readonly IRunStore runs;
    private readonly RunId id;
    private readonly Lock gate = new();
    private readonly List<string> messages = [];
    private readonly CancellationTokenSource over = new();
    private readonly Task writing;
    private RunProgress? newest;

    public RunTelling(IRunStore runs, RunId id, TimeSpan pace, TimeProvider clock)
    {
        (this.runs, this.id) = (runs, id);
        writing = WriteAsync(new PeriodicTimer(pace, clock));
    }

    /// <summary>What was told and warned of.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (gate)
            {
                return [.. messages];
            }
        }
    }

    public void Tell(AttachedLine line)
    {
        lock (gate)
        {
            newest = line.Progress ?? newest;
            if ((line.Warning ?? line.Message) is { } text)
            {
                messages.Add(text);
                if (messages.Count > Run.MostMessages)
                {
                    messages.RemoveAt(0);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await writing;
        over.Dispose();
    }

    private async Task WriteAsync(PeriodicTimer timer)
    {
        using (timer)
        {
            RunProgress? written = null;
            try
            {
                while (await timer.WaitForNextTickAsync(over.Token))
                {
                    var progress = Newest();
                    if (progress is not null && progress != written && await TryKeepAsync(progress))
                    {
                        written = progress;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The run is over.
            }
        }
    }

    /// <summary>False where the store does not answer: progress is not worth a run.</summary>
    private async Task<bool> TryKeepAsync(RunProgress progress)
    {
        try
        {
            await runs.TellAsync(id, progress, over.Token);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return false;
        }
    }

    private RunProgress? Newest()
    {
        lock (gate)
        {
            return newest;
        }
    }
}
