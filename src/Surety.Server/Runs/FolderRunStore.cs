using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Surety.Repository.Errors;
using Surety.Repository.Storage;

namespace Surety.Server.Runs;

/// <summary>
/// The runs of a server alone: in memory, and a document each in a folder so that a restart knows them. What is large stays
/// there: results are documents of their own, read when somebody asks for one run. Progress is not written: it ends with the
/// process.
/// </summary>
internal sealed class FolderRunStore : IRunStore, IDisposable
{
    private const string Folder = "runs/";
    private const string Results = "results/";
    private const string Extension = ".json";

    private readonly IBlobStore store;
    private readonly ConcurrentDictionary<RunId, Run> runs = new();
    private readonly SemaphoreSlim writing = new(1);

    private FolderRunStore(IBlobStore store) => this.store = store;

    /// <summary>Reads what is there. A document that cannot be read is passed over: it is history.</summary>
    public static async Task<FolderRunStore> OpenAsync(IBlobStore store, CancellationToken cancellationToken)
    {
        var opened = new FolderRunStore(store);
        await foreach (var blob in store.ListAsync(Folder, cancellationToken))
        {
            if (
                blob.Name.EndsWith(Extension, StringComparison.Ordinal)
                && await opened.TryReadAsync(blob.Name, cancellationToken) is { } run
            )
            {
                opened.runs[run.Id] = Small(run);
            }
        }

        return opened;
    }

    public async Task<Run> AddAsync(Run run, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            if (run.Request.IdempotencyKey is { } key && WithKey(key) is { } earlier)
            {
                return await WholeAsync(earlier, cancellationToken);
            }

            await WriteAsync(run, cancellationToken);
            runs[run.Id] = Small(run);
            return run;
        }
        finally
        {
            writing.Release();
        }
    }

    public async Task<Run?> FindAsync(RunId id, CancellationToken cancellationToken) =>
        runs.TryGetValue(id, out var known) ? await WholeAsync(known, cancellationToken) : null;

    public Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Run>>([
            .. runs.Values.Where(filter.Takes).OrderByDescending(RunPosition.Of).Take(filter.Limit),
        ]);

    public async Task<Run?> ChangeAsync(RunId id, Func<Run, Run?> change, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            var before = await FindAsync(id, cancellationToken);
            if (before is null || change(before) is not { } changed || IsTaken(before, changed))
            {
                return before;
            }

            var after = changed.Kept() with { Revision = before.Revision + 1 };
            await WriteAsync(after, cancellationToken);
            runs[id] = Small(after);
            return after;
        }
        finally
        {
            writing.Release();
        }
    }

    public async Task TellAsync(RunId id, RunProgress progress, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            if (runs.TryGetValue(id, out var run) && run.State == RunState.Running)
            {
                runs[id] = run with { Progress = progress };
            }
        }
        finally
        {
            writing.Release();
        }
    }

    public async Task<IReadOnlyList<RunId>> TrimAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = runs.Values.Where(run => run.HasEnded && run.FinishedAt < before).Select(run => run.Id).ToList();
        foreach (var id in old)
        {
            // In this order: nobody would ever find a result without its run.
            await store.DeleteAsync(ResultOf(id), cancellationToken);
            await store.DeleteAsync(NameOf(id), cancellationToken);
            runs.TryRemove(id, out _);
        }

        return old;
    }

    public void Dispose() => writing.Dispose();

    /// <summary>True where another run of the lane is running.</summary>
    private bool IsTaken(Run before, Run after) =>
        after is { State: RunState.Running, Lane: { } lane }
        && before.State != RunState.Running
        && runs.Values.Any(run => run.State == RunState.Running && run.Lane == lane && run.Id != after.Id);

    private Run? WithKey(string key) => runs.Values.FirstOrDefault(run => run.Request.IdempotencyKey == key);

    private async Task WriteAsync(Run run, CancellationToken cancellationToken)
    {
        if (run.HasEnded)
        {
            await WriteResultAsync(run, cancellationToken);
        }

        var small = Small(run) with { Progress = null };
        var document = JsonSerializer.SerializeToUtf8Bytes(small, RunJson.Default.Run);
        await store.WriteAsync(NameOf(run.Id), document, durable: true, cancellationToken);
    }

    /// <summary>Ahead of the document that tells of the end; so what a server left that died in between is none of a later attempt.</summary>
    private ValueTask WriteResultAsync(Run run, CancellationToken cancellationToken) =>
        run.Result is { } result
            ? store.WriteAsync(
                ResultOf(run.Id),
                Encoding.UTF8.GetBytes(result.GetRawText()),
                durable: true,
                cancellationToken
            )
            : store.DeleteAsync(ResultOf(run.Id), cancellationToken);

    /// <summary>With its result, which only what has ended has; without it where that is gone or damaged.</summary>
    private async Task<Run> WholeAsync(Run known, CancellationToken cancellationToken) =>
        known.HasEnded ? known with { Result = await ReadResultAsync(known.Id, cancellationToken) } : known;

    private async Task<JsonElement?> ReadResultAsync(RunId id, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(ResultOf(id), cancellationToken) is not { } document)
        {
            // An older server kept it with the run.
            return (await ReadAsync(NameOf(id), cancellationToken))?.Result;
        }

        try
        {
            return JsonElement.Parse(document);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Run Small(Run run) => run with { Result = null };

    private async Task<Run?> TryReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(name, cancellationToken);
        }
        catch (SuretyException)
        {
            return null;
        }
    }

    /// <summary>Null where there is no document of that name, or it is damaged.</summary>
    private async Task<Run?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var document = await store.ReadAsync(name, cancellationToken);
            return document is null ? null : JsonSerializer.Deserialize(document, RunJson.Default.Run);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string NameOf(RunId id) => $"{Folder}{id}{Extension}";

    private static string ResultOf(RunId id) => $"{Results}{id}{Extension}";
}
